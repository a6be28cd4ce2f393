"""The parts of the shell: what a page keeps, what is mended in it, what is said in its head."""

import struct

import pytest

from bookbuild.page_assets import keeps
from bookbuild.page_body import refused, tidied
from bookbuild.page_head import POLICY, description_tag, shortened
from bookbuild.page_images import PNG, Size, image_size
from bookbuild.page_math import FormulaError, mathml
from bookbuild.page_styles import moved, without_icon_font


def none(_):
    return None


@pytest.mark.parametrize(
    ("filename", "body", "kept"),
    [
        ("_static/copybutton.js", '<div class="highlight">', True),
        ("_static/copybutton.js", "<p>", False),
        ("_static/design-tabs.js", '<div class="sd-tab-set docutils">', True),
        ("_static/design-tabs.js", '<div class="sd-card">', False),
        ("_static/sphinx-design.min.css", '<div class="sd-card">', True),
        ("_static/togglebutton.js", '<div class="toggle">', False),
        ("_static/sphinx-thebe.js", "", False),
        ("https://unpkg.com/library.js", "", False),
        ("", "", False),
        ("_static/tables.js", "", True),
    ],
)
def test_a_page_keeps_what_it_uses(filename, body, kept):
    assert keeps(filename, body) is kept


def test_an_image_tells_its_size_and_waits():
    def size(address):
        return Size(30, 20) if address == "../_images/a.svg" else None

    page = '<img alt="A > b" src="../_images/a.svg" /> <img src="b.jpg" width="9" height="9">'
    assert tidied(page, size) == (
        '<img alt="A > b" src="../_images/a.svg" width="30" height="20" loading="lazy" />'
        ' <img src="b.jpg" width="9" height="9" loading="lazy">'
    )
    assert "loading" not in tidied(page, size, lazy=False)


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("<tr><th></th><th>n</th></tr>", "<tr><td></td><th>n</th></tr>"),
        ('<th class="blank">&nbsp;</th>', '<td class="blank"></td>'),
        ('<summary aria-label="Toggle hidden content">', "<summary>"),
        ('<div class="citation" role="doc-biblioentry">', '<div class="citation" role="listitem">'),
        ('<tr style="text-align: right;">', "<tr>"),
        ('<col style="width: 33.0%" />', "<col />"),
        ('<table border="1" class="dataframe">', '<table class="dataframe">'),
        ("<div><style scoped>td { top: 0 }</style></div>", "<div></div>"),
    ],
)
def test_what_the_makers_left_out_is_mended(written, mended):
    assert tidied(written, none) == mended


@pytest.mark.parametrize(
    ("page", "faults"),
    [
        ("<script>alert(1)</script>", ["<script>"]),
        ('<script src="a.js"></script><script type="application/json">{}</script>', []),
        ("<p onclick='go()'>", ["onclick= of <p>"]),
        ('<p style="top: 0">', ["style= of <p>"]),
        ("<style>p { top: 0 }</style>", ["<style>"]),
        ('<img alt="a style= and onload= in words">', []),
        ("<p>&lt;script&gt; on = off, style = plain</p>", []),
        ('<p data-onset="1" aria-style="x">', []),
    ],
)
def test_what_the_policy_would_refuse_is_found(page, faults):
    assert list(refused(page)) == faults


def test_the_policy_takes_nothing_from_a_page_or_another_host():
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert "*" not in POLICY


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (
            b'<?xml version="1.0"?><svg width="72pt" height="36pt" viewBox="0 0 72 36">',
            Size(96, 48),
        ),
        (b'<svg xmlns="x" width="100%" viewBox="0 0 640 480">', Size(640, 480)),
        (b'<svg width="10" height="20px">', Size(10, 20)),
        (b"<svg>", None),
        (b"\xff\xd8\xff", None),
        (PNG + b"\0\0\0\rIHDR" + struct.pack(">II", 12, 34), Size(12, 34)),
    ],
)
def test_the_size_is_read_from_the_file(content, size):
    assert image_size(content) == size


def test_a_description_is_cut_at_a_word_and_its_signs_are_text():
    assert shortened("Short.") == "Short."
    cut = shortened("word " * 60)
    assert len(cut) <= 160
    assert cut.endswith("word…")
    assert len(shortened("x" * 500)) == 160
    assert 'content="&quot;a&quot; &lt;b&gt;"' in description_tag('"a" <b>')


def test_a_style_sheet_is_moved_and_loses_the_icon_font():
    text = 'a{background:url(../x.png)}b{mask:url("data:image/svg+xml,a")}c{d:url(#e)}'
    assert moved(text, "styles") == text.replace("../x.png", '"x.png"')
    face = "@font-face{font-family:Font Awesome\\ 6 Free;src:url(a.woff2)}"
    name = '.fa-x:before{content:"\\f00"}'
    assert without_icon_font(f"{face}{name}.fa-lg{{font-size:2em}}") == ".fa-lg{font-size:2em}"


@pytest.mark.parametrize(
    ("latex", "part"),
    [
        (r"\theta_i", "<msub><mi>&#x003B8;</mi><mi>i</mi></msub>"),
        (r"\frac{a}{b}", "<mfrac>"),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "<mtable"),
        (r"\begin{align} a &= b \end{align}", "<mtable"),
        (r"a < b", "&#x0003C;"),
        (r"\{1, 2\}", "&#x0007B;"),
    ],
)
def test_a_formula_is_mathml_with_its_source_as_text(latex, part):
    made = mathml(latex, block=True)
    assert part in made
    assert 'display="block"' in made
    assert 'alttext="' in made
    assert "(1)" not in made


@pytest.mark.parametrize(
    ("latex", "said"),
    [
        (r"\foo x", "is not known"),
        (r"\frac{1", "braces"),
        (r"\frac{1}", "missing (mfrac)"),
        (r"a } b {", "braces"),
        (r"\begin{tikz} a \end{tikz}", "the environment 'tikz' is not known; known are align"),
        (r"x^2^3", "DoubleSuperscripts"),
        (r"\left( x", "Right"),
        (r"a & b", "not well-formed"),
        ("", "NoAvailableTokens"),
    ],
)
def test_a_formula_that_cannot_be_told_is_refused(latex, said):
    with pytest.raises(FormulaError) as refusal:
        mathml(latex)
    assert said in str(refusal.value)
