"""The section "Take it away" of a chapter, and the parts of the page of downloads, as HTML."""

from collections.abc import Callable, Iterable, Mapping
from html import escape

from bookbuild.takeaway_files import ChapterFiles, Download

#: From the path of a file of the site to its address as the page must write it.
Address = Callable[[str], str]

SECTION = """
<div class="takeaway">
<p>{whole}</p>
<h3>Notebook and numbers</h3>
<ul>
{notebook}
</ul>
{data}{figures}{run}</div>
{cite}"""
DETAILS = """<details>
<summary>{summary}</summary>
<ul>
{items}
</ul>
</details>
"""
RUN = """<h3>Run it again</h3>
<p>In the folder of the book: the command with every choice as this page made it. Change any.</p>
{own}<details>
<summary>The same by papermill</summary>
{plain}</details>
"""
CITE = """<div class="takeaway takeaway-cite">
{heading}{text}<details>
<summary>BibTeX</summary>
{bibtex}</details>
</div>
"""
COPY = """<div class="takeaway-copy">
<pre>{text}</pre>
<button type="button" hidden>Copy<span class="visually-hidden"> {name}</span></button>
<span role="status"></span>
</div>
"""
COMMANDS = ("command", "papermill command")
NO_PDF = (
    "<p>There is no PDF of this state of the book here. "
    "<code>make pdf</code> in the folder of the book makes one, and puts it here.</p>"
)


def link(file: Download, address: Address, words: str = "") -> str:
    """Return a link to a file, with its kind and size in the text that is read out."""
    href, text = escape(address(file.path)), escape(words or file.words)
    return f'<a href="{href}" download>{text} ({file.label})</a>'


def copyable(name: str, text: str) -> str:
    """Return a text with a button that copies it; without scripts, the text to be selected.

    A line breaks before an option of a command and not within.
    """
    first, *options = escape(text).split(" -p ")
    shown = " ".join([first, *(f"<span>-p {option}</span>" for option in options)])
    return COPY.format(name=escape(name), text=shown)


def section(
    files: ChapterFiles, commands: tuple[str, str] | None, cite: str, address: Address
) -> str:
    """Return what a chapter gives away.

    Parameters
    ----------
    files : ChapterFiles
    commands : tuple of str or None
        That of this package and that of papermill; None for a chapter without parameters.
    cite : str
        As :func:`citation_box` returns it.
    address : callable
    """
    notebook = _items([files.executed, files.source, files.results], address)
    run = ""
    if commands:
        own, plain = (copyable(n, c) for n, c in zip(COMMANDS, commands, strict=True))
        run = RUN.format(own=own, plain=plain)
    return SECTION.format(
        whole=link(files.whole, address),
        notebook=notebook,
        data=_data(files, address),
        figures=_figures(files, address),
        run=run,
        cite=cite,
    )


def citation_box(text: str, bibtex: str, heading: str = "") -> str:
    """Return how to cite, in words and as BibTeX, below a heading if one is given."""
    shown = copyable("citation", text), copyable("BibTeX entry", bibtex)
    above = f"<h3>{escape(heading)}</h3>\n" if heading else ""
    return CITE.format(heading=above, text=shown[0], bibtex=shown[1])


def _items(files: Iterable[Download], address: Address) -> str:
    return "\n".join(f"<li>{link(file, address)}</li>" for file in files)


def _data(files: ChapterFiles, address: Address) -> str:
    if not files.tables:
        return ""
    summary = counted(len(files.tables), "table", "that this page was computed from")
    items = _items(files.tables, address)
    described = "".join(f"<p>{link(file, address)}</p>\n" for file in files.described)
    return f"<h3>Data</h3>\n{DETAILS.format(summary=summary, items=items)}{described}"


def _figures(files: ChapterFiles, address: Address) -> str:
    if not files.figures:
        return ""
    items = "\n".join(
        f"<li>{figure.number}. {escape(figure.title)}: "
        + " ".join(_drawn(file, figure.number, figure.title, address) for file in drawn)
        + "</li>"
        for figure, drawn in files.figures
    )
    summary = counted(len(files.figures), "figure", "of this page")
    return f"<h3>Figures</h3>\n{DETAILS.format(summary=summary, items=items)}"


def _drawn(file: Download, number: int, title: str, address: Address) -> str:
    # The kind alone is what the eye needs; a list of links must say of which figure each is.
    about = f'<span class="visually-hidden">Figure {number}, {escape(title)}: </span>'
    return f'<a href="{escape(address(file.path))}" download>{about}{file.label}</a>'


def counted(number: int, what: str, ending: str) -> str:
    """Return a number of things in words: ``"1 table that ..."``."""
    return f"{number} {what}{'' if number == 1 else 's'} {ending}"


def whole_book(package: Download, pdf: Download | None, address: Address) -> str:
    """Return the links to what holds the whole book; without a PDF, how one is made."""
    made = f"<p>{link(pdf, address, 'The book as a PDF, to read and print')}</p>" if pdf else NO_PDF
    named = "Evidence package: data, results, sources, locked packages"
    return f'<div class="takeaway">\n<p>{link(package, address, named)}</p>\n{made}\n</div>\n'


def chapter_list(
    chapters: Mapping[str, ChapterFiles], title: Callable[[str], str], address: Address
) -> str:
    """Return a list of all chapters, each with its one file."""
    items = "\n".join(
        f"<li>{link(files.whole, address, title(name))}</li>" for name, files in chapters.items()
    )
    return f'<ul class="takeaway">\n{items}\n</ul>\n'


def data_list(files: Iterable[Download], address: Address) -> str:
    """Return a list of the files of the data package."""
    return f'<ul class="takeaway">\n{_items(files, address)}\n</ul>\n'
