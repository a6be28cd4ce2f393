"""A figure with what it shows in words: one object, displayed as SVG, as PNG and as text."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from typing import Any, cast

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from PIL import Image

#: Pixels of an inch on a page, and how many of a PNG lie in one of them.
CSS_DPI, SHARP = 96, 2
#: Inches around what is drawn.
MARGIN = 0.03
#: A chart has few colours; so many also hold the edges of its letters.
COLOURS = 96
#: Without the first the same figure would be other bytes each time; without the last, one that has
#: no layout would be given that of the style when it is saved a second time.
STEADY: Any = {
    "svg.hashsalt": "evidence-book",
    "svg.fonttype": "path",
    "figure.constrained_layout.use": False,
}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Drawn:
    """A figure that displays itself in a notebook and on a page.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        Closed for pyplot, so that a notebook does not show it a second time.
    alt : str
        The text alternative: what a reader who cannot see the figure is told.

    Raises
    ------
    ValueError
        If the text alternative is empty.
    """

    figure: Figure
    alt: str

    def __post_init__(self) -> None:
        plt.close(self.figure)
        if not self.alt.strip():
            raise ValueError("alt must say in words what the figure shows; it is empty")

    @property
    def axes(self) -> list[Axes]:
        """The panels, in the order in which they were drawn."""
        return self.figure.axes

    @property
    def ax(self) -> Axes:
        """The first panel."""
        return self.figure.axes[0]

    def __repr__(self) -> str:
        return f"Figure: {self.alt}"

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        """Return the figure by MIME type, and `alt` and the size on a page as metadata."""
        with plt.rc_context(STEADY):
            frame = _frame(self.figure)
            data = {
                "image/svg+xml": _svg(self.figure, frame),
                "image/png": base64.b64encode(_png(self.figure, frame)).decode(),
                "text/plain": repr(self),
            }
        size = {"width": round(CSS_DPI * frame.width), "height": round(CSS_DPI * frame.height)}
        return data, {"alt": self.alt, "image/svg+xml": size, "image/png": size}


def spoken(sentences: Iterable[str]) -> str:
    """Return sentences as one text: blanks and line breaks made single, each with its full stop.

    Empty ones are left out.

    Examples
    --------
    >>> spoken(["Forest  plot", "", "Not pooled: no study."])
    'Forest plot. Not pooled: no study.'
    """
    said = [" ".join(sentence.split()) for sentence in sentences]
    return " ".join(s if s[-1] in ".?!" else f"{s}." for s in said if s)


def told(ax: Axes, sentences: Iterable[str]) -> Drawn:
    """Return the figure of `ax` with what it shows, in sentences (:func:`spoken`)."""
    return Drawn(cast(Figure, ax.figure), spoken(sentences))


def _frame(figure: Figure) -> Bbox:
    """Lay the figure out, for good, and return what it covers, in whole pixels of a page."""
    # Letters are a little wider or narrower at another resolution, and would be cut off.
    figure.set_dpi(CSS_DPI * SHARP)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    found = figure.get_tightbbox()
    width, height = (ceil(CSS_DPI * (side + 2 * MARGIN)) / CSS_DPI for side in found.size)
    return Bbox.from_bounds(found.x0 - MARGIN, found.y0 - MARGIN, width, height)


def _svg(figure: Figure, frame: Bbox) -> str:
    made = BytesIO()
    figure.savefig(made, format="svg", bbox_inches=frame, metadata={"Date": None})
    return made.getvalue().decode()


def _png(figure: Figure, frame: Bbox) -> bytes:
    rendered, made = BytesIO(), BytesIO()
    quick = {"compress_level": 1}
    dpi = CSS_DPI * SHARP
    figure.savefig(rendered, format="png", dpi=dpi, bbox_inches=frame, pil_kwargs=quick)
    picture = Image.open(rendered).convert("RGB")
    few = picture.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(made, "PNG", compress_level=9)
    return made.getvalue()
