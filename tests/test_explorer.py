"""The explorer: what a page looks up is what `pool` gives, in the words of the book."""

import json
from math import log

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.effects import escalc, study_intervals
from evidence.explorer import MIME, MOST_STUDIES, Baseline, baseline_at, baseline_of, explore
from evidence.explorer_axis import axis_of
from evidence.explorer_data import METHOD_NAMES, TEST_NAMES
from evidence.fits import TESTS
from evidence.pooling import pool
from evidence.scales import scale_of
from evidence.sentences import ci_text, effect_text, estimate_text, heterogeneity_text, pi_text
from evidence.synthesis import NotPooled
from evidence.tables import p_of
from evidence.tau2 import TAU2
from evidence.text import p_text

MEASURES = ("MD", "SMD", "OR", "RR", "PLO")


def studies(*yi, measure="OR", vi=0.2):
    rows = pd.DataFrame({"study": [f"s{i}" for i in range(len(yi))], "yi": yi, "vi": vi})
    return study_intervals(rows.assign(label=rows["study"].str.upper(), measure=measure))


def explored(effects, ticked=None, **options):
    own = effects if ticked is None else effects.loc[ticked]
    options = {"key": "k", "title": "t", "ticked": ticked} | options
    return explore(effects, pool(own), **options)


def looked_up(data, positions, method, test):
    """Return what the page shows of a subset, as its script finds it."""
    place = sum(2**i for i in positions) - 1
    ours, ends = data["byMethod"][method], data["byTest"][f"{method} {test}"]
    text = {name: data["texts"][ours[name][place]] for name in ("estimate", "heterogeneity")}
    text |= {name: data["texts"][ends[name][place]] for name in ("ci", "pi", "p")}
    sentence = data["sentence"].format(**text, studies=data["counts"][len(positions) - 1])
    return text | {"sentence": sentence}, place


@st.composite
def subsets_of_studies(draw):
    k = draw(st.integers(2, 4))
    yi = draw(st.lists(st.floats(-2, 2), min_size=k, max_size=k))
    vi = draw(st.lists(st.floats(0.01, 2), min_size=k, max_size=k))
    measure = draw(st.sampled_from(MEASURES))
    some = draw(st.sets(st.integers(0, k - 1), min_size=2))
    return studies(*yi, vi=vi, measure=measure), sorted(some)


@settings(max_examples=25)
@given(subsets_of_studies(), st.sampled_from(list(TAU2)), st.sampled_from(TESTS))
def test_each_subset_has_the_words_of_its_own_pool(chosen, method, test):
    effects, positions = chosen
    data = explored(effects).data
    fit = pool(effects.iloc[positions], method=method, test=test)
    found, place = looked_up(data, positions, method, test)
    assert found == {
        "estimate": estimate_text(fit),
        "ci": ci_text(fit),
        "pi": pi_text(fit),
        "p": p_text(p_of(fit)),
        "heterogeneity": heterogeneity_text(fit),
        "sentence": effect_text(fit),
    }
    if fit.measure in ("OR", "RR"):
        unrounded = [data["byMethod"][method]["yi"][place]]
        unrounded += data["byTest"][f"{method} {test}"]["bounds"][place]
        assert unrounded == [fit.estimate, *fit.ci]


def test_it_opens_with_the_result_of_the_page():
    effects = studies(0.1, 0.9, -0.3)
    fit = pool(effects.iloc[[0, 2]], method="PM", test="z", level=90)
    made = explore(effects, fit, key="k", title="t", ticked=[0, 2])
    assert made.data["own"] == effect_text(fit)
    assert made.data["chosen"] == {"method": "PM", "test": "z"}
    assert made.data["level"] == "90"
    assert [each["on"] for each in made.data["studies"]] == [True, False, True]
    found, _ = looked_up(made.data, [0, 2], "PM", "z")
    assert found["sentence"] == effect_text(fit)


def test_another_result_than_that_of_the_ticked_rows_is_refused():
    effects = studies(0.1, 0.9, -0.3)
    with pytest.raises(ValueError, match="result must be what the ticked rows give"):
        explore(effects, pool(effects.iloc[:2]), key="k", title="t")
    with pytest.raises(ValueError, match="ticked must be rows of effects"):
        explore(effects, pool(effects), key="k", title="t", ticked=[7])


@pytest.mark.parametrize("key", ["", "Two Words", 'a"b', "ä"])
def test_a_key_that_no_address_can_hold_is_refused(key):
    with pytest.raises(ValueError, match="key must be small letters"):
        explored(studies(0.1, 0.2), key=key)


@pytest.mark.parametrize(
    ("effects", "result", "why"),
    [
        (
            studies(0.1).iloc[:0],
            NotPooled("no study fits this choice", "OR", 95.0),
            "no study fits",
        ),
        (studies(0.1, 0.2), NotPooled("unlike <drugs>", "OR", 95.0), "unlike &lt;drugs&gt;"),
        (studies(0.1), pool(studies(0.1)), "one study only"),
        (
            studies(*np.linspace(0, 1, MOST_STUDIES + 1)),
            pool(studies(*np.linspace(0, 1, MOST_STUDIES + 1))),
            "a page can hold every choice of up to ten",
        ),
    ],
    ids=["none", "not pooled", "one", "too many"],
)
def test_where_there_is_nothing_to_explore_it_says_why(effects, result, why):
    bundle = explore(effects, result, key="k", title="A <title>")._repr_mimebundle_()
    assert MIME not in bundle
    assert why in bundle["text/html"]
    assert "A &lt;title&gt;" in bundle["text/html"]


def test_the_page_gets_a_place_and_a_script_with_the_data():
    bundle = explored(studies(0.1, 0.2), key="two-trials", title='"<b>')._repr_mimebundle_()
    assert 'data-file="attachment:explorer-two-trials.js"' in bundle["text/html"]
    assert "<noscript>" in bundle["text/html"]
    assert "&quot;&lt;b&gt;" in bundle["text/html"]
    text = bundle[MIME]["text"]
    assert text.startswith('bookExplorer("two-trials", {')
    data = json.loads(text.removeprefix('bookExplorer("two-trials", ').removesuffix(");\n"))
    assert data["title"] == '"<b>'


def test_a_study_is_shown_as_the_figure_of_the_page_shows_it():
    rows = pd.DataFrame({"label": ["A", "B"], "event": [4, 10], "n": [8, 10]})
    shown = rows.assign(yi=[0.0, np.inf], ci_lb=[-1.0, 0.5], ci_ub=[1.0, np.inf])
    data = explored(escalc(rows, "PLO"), shown=shown).data
    assert [each["text"] for each in data["studies"]] == ["50% (27 to 73%)", "100% (62 to 100%)"]
    assert data["studies"][1]["at"] == [1000, 622, 1000]
    assert data["studies"][1]["value"] == [None, 0.5, None]


def test_no_two_studies_have_one_name_in_an_address():
    effects = studies(0.1, 0.2, 0.3, 0.4).assign(study=["a b", "a-b", "", "…"])
    ids = [each["id"] for each in explored(effects).data["studies"]]
    assert ids == ["a-b", "a-b--2", "study", "study--2"]


@pytest.mark.parametrize(
    ("measure", "said"),
    [("MD", "a quantity"), ("PLO", "without a control group"), ("OR", "no share with the event")],
)
def test_what_has_no_number_needed_to_treat_says_so(measure, said):
    assert said in explored(studies(0.1, 0.2, measure=measure)).data["nnt"]["none"]


def test_the_baselines_are_what_was_seen_or_what_was_asked():
    rows = pd.DataFrame({"event_c": [1, 9], "n_c": [30, 30]})
    seen = baseline_of(rows, "lower", "have a headache")
    risks = ((3.3, "lowest seen"), (16.7, "all together"), (30.0, "highest seen"))
    assert seen == Baseline(risks, 16.7, "lower", "have a headache")
    asked = baseline_at({"high": 50.0, "low": 10.0, "medium": 10.0}, "higher", "respond")
    assert asked.risks == ((10.0, "low"), (50.0, "high"))
    assert baseline_of(rows.assign(event_c=[0, 0]), "lower", "x") is None
    assert baseline_of(rows.iloc[:0], "lower", "x") is None


def test_every_method_and_interval_has_a_name():
    assert list(METHOD_NAMES) == list(TAU2)
    assert tuple(TEST_NAMES) == TESTS


@pytest.mark.parametrize("measure", ["OR", "MD", "RD", "PLO"])
def test_the_axis_holds_what_is_shown_and_marks_it(measure):
    scale = scale_of(measure)
    shown = scale.back(np.array([-0.4, 0.1, 0.5]))
    axis = axis_of(shown, scale)
    places = axis.place([*shown, np.nan])
    assert places[-1] is None
    assert 0 <= places[0] < places[1] < places[2] <= 1000
    assert axis.place([scale.back(np.array(-1e9)), scale.back(np.array(700.0))])[0] in (-1, 0)
    assert 2 <= len(axis.ticks) <= 7
    for at, text in axis.ticks:
        number = float(text.replace("−", "-")) / (100 if scale.percent else 1)
        assert axis.place([number]) == [at]


def test_a_wide_axis_of_ratios_has_room_for_its_marks():
    axis = axis_of([1e-7, 1e9], scale_of("OR"))
    assert 2 <= len(axis.ticks) <= 7
    assert axis_of([2.0], scale_of("OR")).place([2.0, 1.0]) == pytest.approx([963, 37], abs=1)
    assert axis_of([], scale_of("OR")).low < log(1) < axis_of([], scale_of("OR")).high
