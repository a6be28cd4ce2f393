"""The palette (Okabe and Ito 2008, safe for colour-blind readers) and the style of every figure."""

from pathlib import Path

import matplotlib.pyplot as plt

BLUE, ORANGE, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
INK, GREY, PALE = "#222222", "#6E6E6E", "#D9D9D9"
#: Inches. So wide, the smallest letters (10 points) are 10 pixels high on a phone.
WIDTH = 4.6

STYLE = Path(__file__).with_name("book.mplstyle")


def use_style() -> None:
    """Use the book's style for every figure drawn from here on; nothing happens on import."""
    plt.style.use(STYLE)
