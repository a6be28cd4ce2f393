"""The field's terms have one spelling each: what is refused, what is not, and the book itself."""

import json

import pytest
from pages import CHAPTERS, ROOT

from bookbuild.contract import find_spelling_faults, main
from bookbuild.errors import UsageError
from bookbuild.terms import find_term_faults, read_terms

TERMS = read_terms(ROOT)


@pytest.mark.parametrize(
    ("text", "found", "term"),
    [
        ("A randomized trial.", "randomized", "randomised"),
        ("Two meta analyses,", "meta analyses", "meta-analysis"),
        ("the Hartung-Knapp interval", "Hartung-Knapp", "Knapp-Hartung"),
        ("as Hartung–Knapp–Sidik–Jonkman do", "Hartung–Knapp–Sidik–Jonkman", "Knapp-Hartung"),
        ("(τ² = 0)", "τ²", "tau²"),
        ("An NNT-B of four", "NNT-B", "NNTB"),
        ("an NNT (benefit) of", "NNT (benefit)", "NNTB"),
        ("a p-value", "p-value", "p value"),
        ("S(+)-ketamine was given", "S(+)-ketamine", "S-ketamine"),
        ("(S)-ketamine was given", "(S)-ketamine", "S-ketamine"),
        ("Migraineurs have", "Migraineurs", "people with migraine"),
        ("a relative\nrisk of", "relative risk", "risk ratio"),
        ("a double blind trial", "double blind", "double-blind"),
    ],
)
def test_a_spelling_that_the_book_does_not_use_is_named(text, found, term):
    (fault,) = find_term_faults(text, TERMS)
    assert fault.startswith(f"has {found!r}; this book writes: {term}")


@pytest.mark.parametrize(
    "text",
    [
        "A randomised, double-blind, placebo-controlled crossover trial; a meta-analysis.",
        "Knapp-Hartung, DerSimonian-Laird, tau², I², NNTB, NNTH, NMDAR, NMDA receptors, MK-801.",
        "Knapp and Hartung's limits; NNT: the number needed to treat for one more to benefit.",
        "S-ketamine (esketamine) and ketamine; CSF, plasma; risk ratio, odds ratio, p value.",
        'The review calls it “a randomized, cross-over trial” and "double blind".',
        "NNT before, hue colourful, watercolors-like",
    ],
)
def test_the_spelling_of_the_book_and_of_quotations_is_not(text):
    assert list(find_term_faults(text, TERMS)) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tau: tau2\n", "tau must have a list of spellings; got 'tau2'"),
        ("tau: []\n", "tau must have a list"),
        ("tau: ['(']\n", "tau has no regular expression"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused(text, said, tmp_path):
    (tmp_path / "terms.yaml").write_text(text, "utf-8")
    with pytest.raises(UsageError, match=r"terms\.yaml") as caught:
        read_terms(tmp_path)
    assert said in str(caught.value)


def test_prose_is_held_to_them_and_code_is_not(tmp_path, monkeypatch, capsys):
    (tmp_path / "_toc.yml").write_text("root: index\n", "utf-8")
    page = tmp_path / "index.md"
    page.write_text("# A page\n\nIt was `randomized` by {glue:text}`a-p-value`.\n", "utf-8")
    assert list(find_spelling_faults(tmp_path)) == []
    (tmp_path / "terms.yaml").write_text("randomised: ['randomiz\\w+']\n", "utf-8")
    assert list(find_spelling_faults(tmp_path)) == []
    page.write_text("# A page\n\nIt was randomized.\n", "utf-8")
    entry = "# A page\n\n```{glossary}\ntrial\n  One that is randomized.\n```\n"
    page.write_text(entry, "utf-8")
    assert len(list(find_spelling_faults(tmp_path))) == 1
    page.write_text("# A page\n\nIt was randomized.\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert main() == 1
    assert "index.md: has 'randomized'; this book writes: randomised" in capsys.readouterr().err
    (tmp_path / "terms.yaml").write_text("randomised: 3\n", "utf-8")
    assert main() == 1
    assert "must have a list of spellings" in capsys.readouterr().err


def test_the_book_keeps_to_them():
    assert len(TERMS) > 20
    assert list(find_spelling_faults(ROOT)) == []


@pytest.mark.parametrize("page", CHAPTERS)
def test_so_do_the_sentences_that_it_computes(site, page):
    texts = json.loads((site / f"{page}.results.json").read_text("utf-8"))["texts"]
    faults = {key: list(find_term_faults(text, TERMS)) for key, text in texts.items()}
    assert {key: found for key, found in faults.items() if found} == {}
