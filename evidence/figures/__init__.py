"""Figures: each takes a result and an `ax`, draws, and returns the `ax`. None computes.

One figure, one file. All use the palette and the style of :mod:`evidence.figures.style`.
"""

from evidence.figures.forest import forest
from evidence.figures.style import use_style

__all__ = ["forest", "use_style"]
