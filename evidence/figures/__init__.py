"""Figures: each takes a result, draws it, and returns it with what it shows in words.

None computes. One figure, one file: the function that draws, and beside it the one that words what
was drawn (:class:`evidence.figures.drawn.Drawn`). All use the palette and the style of
:mod:`evidence.figures.style`.
"""

from evidence.figures.drawn import Drawn
from evidence.figures.forest import forest
from evidence.figures.style import use_style

__all__ = ["Drawn", "forest", "use_style"]
