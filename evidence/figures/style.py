"""The palette (Okabe and Ito 2008, safe for colour-blind readers) and the style of every figure."""

import warnings
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib_inline.config import InlineBackend

BLUE, ORANGE, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
INK, GREY, PALE = "#222222", "#6E6E6E", "#D9D9D9"

STYLE = Path(__file__).with_name("book.mplstyle")
#: How a notebook saves a figure: cut to what it shows, and without a date.
SAVED: dict[str, Any] = {"bbox_inches": "tight", "metadata": {"Date": None}}


def use_style() -> None:
    """Use the book's style for every figure drawn from here on; nothing happens on import.

    In a notebook figures become SVG; the same figure is the same bytes.
    """
    plt.style.use(STYLE)
    notebook = InlineBackend.instance()
    with warnings.catch_warnings():
        # matplotlib-inline observes its own traits in a way that traitlets deprecates.
        warnings.simplefilter("ignore", DeprecationWarning)
        notebook.figure_formats = {"svg"}
        notebook.print_figure_kwargs = SAVED
