"""Which scripts, styles and files of the theme and of extensions a page keeps."""

from collections.abc import Iterator
from pathlib import Path

#: What a page must hold for a file to be of use to it; None: of use to no page.
USED_BY: dict[str, str | None] = {
    "clipboard.min.js": '<div class="highlight',
    "copybutton.js": '<div class="highlight',
    "design-tabs.js": 'class="sd-tab-set',
    "sphinx-design.min.css": 'class="sd-',
    "pydata-sphinx-theme.js": None,  # shell.js says why
    "sphinx-book-theme.js": None,  # it takes the focus from a button that was clicked
    "togglebutton.css": None,
    "togglebutton.js": None,
}
#: Never asked for: maps of the theme's sources, icons and words that no page has.
UNUSED = (
    "**/*.map",
    "locales/**/*",
    "images/logo_*",
    "scripts/*",
    "sphinx-thebe.*",
    "togglebutton.*",
    "vendor/fontawesome/**/*",
)


def keeps(filename: str, body: str) -> bool:
    """Return whether a page keeps a script or style sheet.

    Parameters
    ----------
    filename : str
        Where the file lies, from the root of the site; "" for what is written into the
        page, which the policy refuses.
    body : str
        The text of the page, as HTML.
    """
    name = filename.rpartition("/")[2]
    if not name or "thebe" in name or "://" in filename:
        return False
    mark = USED_BY.get(name, "")
    return mark is not None and mark in body


def leftovers(static: Path) -> Iterator[Path]:
    """Yield the files below the folder `_static` that no page asks for."""
    for pattern in UNUSED:
        yield from sorted(path for path in static.glob(pattern) if path.is_file())
