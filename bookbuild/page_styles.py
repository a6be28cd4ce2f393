"""One style sheet for what every page needs: a dozen requests less before the first paint."""

import posixpath
import re
from pathlib import Path

from pydata_sphinx_theme.pygments import overwrite_pygments_css
from sphinx.application import Sphinx

#: In the order of the theme's pages. `theme.css` only imports `basic.css`.
COMMON = (
    "basic.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "copybutton.css",
    "mystnb.*.css",
    "icons.css",
    "bookbuild.css",
    "book.css",
)
FONT_FACE = re.compile(r"@font-face\{[^}]*Font Awesome[^}]*\}|/\*!\s*\* Font Awesome.*?\*/", re.S)
GLYPHS = re.compile(r'(?:\.fa-[\w-]+::?before,?)+\{content:"[^"]*"\}')
IMPORT = re.compile(r'@import\s+"[^"]+";')
ADDRESS = re.compile(r"""url\((["']?)(?!data:|#|/|\w+:)([^"')]+)\1\)""")


def moved(text: str, folder: str) -> str:
    """Return a style sheet of a folder as it must read one or more folders up.

    Parameters
    ----------
    text : str
        The style sheet.
    folder : str
        Where it lay, from where it will lie: "styles", or "" for the same folder.
    """

    def address(found: re.Match[str]) -> str:
        return f'url("{posixpath.normpath(posixpath.join(folder, found[2]))}")'

    return ADDRESS.sub(address, text)


def without_icon_font(text: str) -> str:
    """Return a style sheet without Font Awesome's fonts and the names of its 2,000 icons."""
    return GLYPHS.sub("", FONT_FACE.sub("", text))


def bundle(static: Path) -> tuple[str, list[Path]]:
    """Return the style sheet of all pages, and the files below `static` that went into it."""
    files = [path for name in COMMON for path in sorted(static.glob(name))]
    parts = [
        moved(
            IMPORT.sub("", without_icon_font(path.read_text("utf-8"))),
            path.parent.relative_to(static).as_posix().removeprefix("."),
        )
        for path in files
    ]
    return "\n".join(parts), files


def write_bundle(app: Sphinx, name: str) -> tuple[str, ...]:
    """Write the style sheet of all pages; return the names that pages need not ask for any more."""
    # The theme writes this file when all pages are written, too late to be copied.
    overwrite_pygments_css(app)
    static = Path(app.outdir) / "_static"
    text, files = bundle(static)
    (static / name).write_text(text, "utf-8")
    return tuple(f"_static/{path.relative_to(static).as_posix()}" for path in files)
