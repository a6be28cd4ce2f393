"""Kernels forked from a process with the libraries imported give what ordinary ones give."""

import pytest
from books import Book, notebook

FIGURE = """\
import matplotlib.pyplot as plt
fig, ax = plt.subplots()
ax.plot([0, 1], [{n}, 2])
plt.close()
display(fig, metadata={'alt': 'A line.'})"""
TABLE = "import numpy as np, pandas as pd\npd.DataFrame({'x': np.arange({n} + 2)})"
STATE = """\
import os, sys
__name__, sys.argv[0].rsplit("/")[-1], os.getcwd() == os.path.abspath("."), plt.get_backend()"""
READS = "import scale\nscale.scaled(float(open('../data/a.csv').read()))"


def chapters(book: Book) -> list[str]:
    names = [f"chapters/f{number}" for number in range(3)]
    for number, name in enumerate(names):
        cells = [cell.replace("{n}", str(number)) for cell in (FIGURE, TABLE, STATE, READS)]
        book.write(f"{name}.ipynb", notebook("#:# Figures", *cells))
    return names


def outcomes(book: Book, names: list[str], preload: list[str]) -> list[tuple]:
    assert book.refresh(*names, preload=preload) == set(names)
    results = [book.result(name) for name in names]
    return [(result.cells, result.inputs, _of_book(result), result.untraced) for result in results]


def _of_book(result) -> dict[str, str | None]:
    # A library imported once looks for a user's own files once, such as matplotlib's styles.
    return {name: each for name, each in result.listings.items() if not name.startswith("/")}


def test_results_figures_and_inputs_are_the_same(book: Book, capfd: pytest.CaptureFixture):
    names = chapters(book)
    ordinary = outcomes(book, names, preload=[])
    book.write("requirements.txt", "numpy==2.4.1\n")
    forked = outcomes(book, names, preload=["matplotlib.pyplot", "pandas"])
    assert forked == ordinary
    cells, inputs, _, _ = forked[0]
    assert "image/png" in cells[0]["outputs"][0]["data"]
    assert {"chapters/scale.py", "data/a.csv"} <= inputs.keys()
    assert forked[0][0][0] != forked[1][0][0]


def test_a_cell_that_raises_is_told_as_ever(book: Book):
    from bookbuild.refresh import BuildError

    names = chapters(book)
    book.write("chapters/f1.ipynb", notebook("#:# Raises", "1 / 0"))
    book.write("chapters/f2.ipynb", notebook("#:# Dies", "import os\nos._exit(3)"))
    with pytest.raises(BuildError) as caught:
        book.refresh(*names, preload=["pandas"])
    raised, died = map(str, caught.value.failures)
    assert "chapters/f1.ipynb, cell 2 (In [1])" in raised
    assert "ZeroDivisionError" in raised
    assert "the kernel died in this cell" in died


def test_book_fork_0_turns_it_off(book: Book, monkeypatch: pytest.MonkeyPatch):
    from bookbuild.pool import can_fork

    assert can_fork()
    monkeypatch.setenv("BOOK_FORK", "0")
    assert not can_fork()
