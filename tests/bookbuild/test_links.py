"""Links within a site: what leads nowhere is refused, by the checker and by the build."""

from pathlib import Path

import pytest
from books import Book, edited

from bookbuild.links import find_link_faults

SOUND = """\
<!doctype html><html><body><h1 id="top">A &amp; b</h1>
<a href="#top">up</a> <a href="#">x</a> <a href="b%20c.html#caf%C3%A9">b</a>
<a href='b c.html'>b</a>
<a class="x > y" href="data.csv?v=1">data</a> <img src="data:image/png;base64,AAAA">
<a href="https://example.org/nowhere">out</a> <a href="mailto:a@example.org">post</a>
<!-- <a href="gone.html">old</a> --><script>"<a href='gone.html'>"</script>
<pre>&lt;a href="gone.html"&gt;</pre></body></html>
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "_static").mkdir()
    (tmp_path / "index.html").write_text(SOUND, "utf-8")
    (tmp_path / "b c.html").write_text("<p id='café'><a href='sub/d.html'>d</a></p>", "utf-8")
    (tmp_path / "sub/d.html").write_text('<a name="x"></a><a href="../index.html#top">', "utf-8")
    (tmp_path / "_static/template.html").write_text('<a href="{{ gone }}">', "utf-8")
    (tmp_path / "data.csv").write_text("1\n", "utf-8")
    return tmp_path


def test_a_sound_site_has_no_fault(site: Path):
    assert list(find_link_faults(site)) == []


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ('<a href="gone.html">', "'gone.html' leads to no file of the site"),
        ('<img alt="a" src="gone.png">', "'gone.png' leads to no file of the site"),
        ('<link rel="icon" href="gone.ico">', "'gone.ico' leads to no file of the site"),
        ('<a href="../index.html#nowhere">', "leads to no place in index.html"),
        ('<a href="#nowhere">', "'#nowhere' leads to no place in sub/d.html"),
        ('<a href="../../other.html">', "leads out of the site"),
        ('<a href="/index.html">', "leads out of the site"),
        ('<a href="../sub">', "leads to no file of the site"),
        ('<a href="">', "'' is empty"),
        ('<a href="http://[x">', "is no address"),
    ],
)
def test_each_broken_link_is_named_once(site: Path, tag: str, said: str):
    page = site / "sub/d.html"
    page.write_text(page.read_text("utf-8") + tag + tag, "utf-8")
    (fault,) = find_link_faults(site)
    assert fault.startswith("sub/d.html: ")
    assert said in fault


def test_a_broken_link_fails_the_build_until_it_is_mended(book: Book):
    edited(book, "_config.yml", "[bookbuild.extension]", "[bookbuild.extension, bookbuild.links]")
    edited(book, "notes.md", "Of b:", 'See <a href="index.html#nowhere">this</a>. Of b:')
    before = book.everything()
    for _ in range(2):
        built = book.build()
        assert built.status == 1
        *_, warning, last = built.output.rstrip().splitlines()
        assert "broken link: notes.html: 'index.html#nowhere' leads to no place in" in warning
        assert last == "The book was not published; the last good one is untouched."
        assert book.everything() == before
    edited(book, "notes.md", "#nowhere", "")
    built = book.build()
    assert built.status == 0, built.output
