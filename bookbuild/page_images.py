"""How large an image is, read from its file."""

import re
import struct
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from sphinx.application import Sphinx

PNG = b"\x89PNG\r\n\x1a\n"
ROOT = re.compile(r"<svg\b[^>]*>", re.S)
LENGTH = r'\b{}="([\d.]+)(pt|px|in|cm|mm)?"'
BOX = re.compile(r'\bviewBox="[\d.-]+[ ,]+[\d.-]+[ ,]+([\d.]+)[ ,]+([\d.]+)"')
#: CSS pixels to the unit.
PIXELS = {"": 1.0, "px": 1.0, "pt": 96 / 72, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in CSS pixels."""

    width: int
    height: int


def image_size(content: bytes) -> Size | None:
    """Return the size of an SVG or PNG, or None: of other kinds, or where an SVG tells none."""
    if content.startswith(PNG):
        return Size(*struct.unpack(">II", content[16:24]))
    root = ROOT.search(content[:4096].decode("utf-8", "replace"))
    return _svg_size(root[0]) if root else None


def _svg_size(root: str) -> Size | None:
    found = [re.search(LENGTH.format(name), root) for name in ("width", "height")]
    if found[0] and found[1]:
        lengths = [float(each[1]) * PIXELS[each[2] or ""] for each in found if each]
        return Size(round(lengths[0]), round(lengths[1]))
    box = BOX.search(root)
    return Size(round(float(box[1])), round(float(box[2]))) if box else None


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of the images of a site, by their address on a page.

    Parameters
    ----------
    files : dict
        By the name that an image has in the site, its file in the sources.
    """

    files: dict[str, Path]
    known: dict[str, Size | None] = field(default_factory=dict)

    @classmethod
    def of(cls, app: Sphinx) -> "Sizes":
        """Return the sizes of all images that Sphinx has met so far."""
        root = Path(app.srcdir)
        return cls({name: root / source for source, name in app.builder.images.items()})

    def __call__(self, address: str) -> Size | None:
        """Return the size of an image, None where it is none of the site's or not known."""
        name = unquote(address).rpartition("/")[2]
        if name not in self.known:
            file = self.files.get(name)
            self.known[name] = image_size(file.read_bytes()) if file else None
        return self.known[name]
