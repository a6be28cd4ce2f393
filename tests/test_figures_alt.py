"""What a figure is told in words: made from what is drawn, for every figure, also of nothing."""

import base64
import json
from io import BytesIO

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

mpl.use("agg")

import matplotlib.pyplot as plt
from PIL import Image
from test_figures import trials
from test_figures_coverage import FOUND
from test_figures_directions import studies as directed
from test_figures_doses import FIT
from test_figures_doses import rows as dosed
from test_figures_icons import rows as hundred
from test_figures_icons import shares
from test_figures_nnts import rows as treated
from test_figures_verdicts import COLUMNS
from test_maps import DESIGNS, toy

from evidence.effects import escalc, study_intervals
from evidence.figures import Drawn, forest, use_style
from evidence.figures.block import block, half_block
from evidence.figures.coverage import coverage_panels
from evidence.figures.detectable import detectable
from evidence.figures.directions import directions
from evidence.figures.doses import doses
from evidence.figures.drawn import spoken
from evidence.figures.evidence_map import evidence_map
from evidence.figures.gosh import gosh
from evidence.figures.harvest import harvest
from evidence.figures.icons import icons
from evidence.figures.nnts import nnts
from evidence.figures.placebo_response import placebo_response
from evidence.figures.prisma import prisma
from evidence.figures.ranges import ranges
from evidence.figures.specification import specification
from evidence.figures.verdicts import verdicts
from evidence.magnesium_block import block_curves
from evidence.sentences import ci_text, estimate_text, pi_text, row_text
from evidence.synthesis import synthesise
from evidence.themes.imaging import imaging_rows
from evidence.themes.imaging_flow import Flow
from evidence.themes.maps import evidence_map_of

CURVE = pd.DataFrame({"magnesium_mm": [0.1, 1.0], "half_mv": [-58.0, -20.0]})
FLUIDS = CURVE.assign(kind="ionised")
DETECTED = pd.DataFrame(
    {"design": "paired", "n_each": [5, 40], "effect": [1.68, 0.45], "label": ["A", "B"]}
)
VERDICTS = pd.DataFrame([("a", "confirmed", 5, 3, 2), ("a", "open", 0, 0, 0)], columns=COLUMNS)
SPECS = pd.DataFrame(
    {"value": [1.0, 3.0, np.nan], "lb": [-1.0, 2.0, 0], "ub": [3.0, 4.0, 0], "way": ["a", "b", "c"]}
)
ABOUT = {"choices": ["way"], "name": "pain", "null": 0.0, "unit": "points"}
RANGES = pd.DataFrame(
    {
        "name": ["pain"],
        "lowest": -1.0,
        "low": 0.0,
        "median": 1.0,
        "high": 2,
        "highest": 3,
        "book": 2,
    }
)
CLOUD = pd.DataFrame({"k": [1, 1, 2], "value": [0.1, 0.5, 0.3], "i2": [0, 0, 60]})
FLOW = Flow("x", databases=10, other=2, excluded_abstract=4, excluded_full=3, printed=6)


def forest_of(count, measure="RR"):
    if not count:
        empty = trials().iloc[:0].assign(yi=0.0, ci_lb=0.0, ci_ub=0.0)
        return empty, synthesise(empty, measure=measure)
    effects = study_intervals(escalc(trials().head(count), measure))
    return effects, synthesise(effects, measure=measure)


def mapped(rows):
    return evidence_map_of(toy(rows), ("drug", "salt"), ("pain",), DESIGNS)


MAPPED = [(name, name, "drug", "pain", DESIGNS[0], 7) for name in ("a", "b")]
#: Each figure with what its words must hold: the numbers that were put in.
FIGURES = {
    "block": (
        lambda: block(block_curves([1.0], -100, 60, FIT), 1.0, -20.5),
        ["−20 mV", "1 mmol/l"],
    ),
    "half_block": (lambda: half_block(CURVE, FLUIDS), ["−58 to −20 mV", "ionised: 2"]),
    "coverage": (lambda: coverage_panels(FOUND, 95.0), ["a: lowest 80.0% (2 studies)", "3 of 4"]),
    "detectable": (lambda: detectable(DETECTED, DETECTED), ["1.68 SD with 5 pairs", "(B)"]),
    "directions": (lambda: directions(directed()), ["plasma 1 higher", "spinal fluid 1 lower"]),
    "doses": (lambda: doses(dosed()), ["once 0.1 to 0.4 (2)", "a review: 1"]),
    "evidence_map": (lambda: evidence_map(mapped(MAPPED)), ["1 of 2", "drug, pain: 2", "salt"]),
    "gosh": (lambda: gosh({"pain": CLOUD}, {"pain": "points"}), ["0.1 to 0.5 points", "I² 60%"]),
    "harvest": (lambda: harvest(imaging_rows(subtype="MA")), ["MA:", "raised"]),
    "icons": (lambda: icons(hundred()), ["A v placebo: 50", "low end 5 fewer", "30 more"]),
    "nnts": (lambda: nnts(treated()), ["a NNTB 5 (NNTB 3 to NNTB 10)", "b ∞ (NNTB 4 to ∞"]),
    "placebo": (lambda: placebo_response(shares()), ["2, from 10% (a) to 30% (b)", "57% (c)"]),
    "prisma": (
        lambda: prisma(FLOW),
        ["databases: 10", "screened: 12", "left: 5 (review prints: 6)"],
    ),
    "ranges": (
        lambda: ranges(RANGES),
        ["pain −1.0 to 3.0 (the book 2.0)", "1 with answers on both"],
    ),
    "specification": (
        lambda: specification(SPECS, SPECS.iloc[1], **ABOUT),
        ["2 answers in points", "Lowest 1.0, median 2.0, highest 3.0", "3.0 (2.0 to 4.0)", "50%"],
    ),
    "specification without the book's": (
        lambda: specification(SPECS, None, **ABOUT),
        ["2 answers in points", "Lowest 1.0, median 2.0, highest 3.0"],
    ),
    "verdicts": (lambda: verdicts(VERDICTS, names={"a": "Review A"}), ["Review A: 5 confirmed"]),
}
EMPTY = {
    "directions": (lambda: directions(directed().iloc[:0]), "No study fits this choice"),
    "doses": (lambda: doses(dosed().iloc[:0]), "No dose fits this choice"),
    "evidence_map": (lambda: evidence_map(mapped([])), "Cells without a study: 2 of 2"),
    "forest": (lambda: forest(*forest_of(0, "RD")), "Not pooled: no study fits this choice"),
    "gosh": (lambda: gosh({}, {}), "Nothing to draw"),
    "half_block": (lambda: half_block(CURVE, FLUIDS.iloc[:0]), "No level measured"),
    "harvest": (lambda: harvest(imaging_rows(subtype="not reported")), "No study fits"),
    "icons": (lambda: icons(hundred().iloc[:0]), "No randomised comparison fits this choice"),
    "nnts": (lambda: nnts(treated().iloc[:0]), "No number fits this choice"),
    "placebo": (lambda: placebo_response(shares().iloc[:0]), "No share fits this choice"),
    "ranges": (lambda: ranges(RANGES.iloc[:0]), "No result fits this choice"),
    "specification": (lambda: specification(SPECS.iloc[2:], None, **ABOUT), "Nothing to draw"),
    "verdicts": (lambda: verdicts(VERDICTS.iloc[:0]), "No claim fits this choice"),
}


@pytest.fixture(autouse=True)
def _style():
    with plt.rc_context():
        use_style()
        yield


def picture(drawn):
    data, about = drawn._repr_mimebundle_()
    return Image.open(BytesIO(base64.b64decode(data["image/png"]))), data, about


@pytest.mark.parametrize("name", FIGURES)
def test_the_words_hold_the_numbers_drawn(name):
    make, wanted = FIGURES[name]
    said = make().alt
    assert [each for each in wanted if each not in said] == [], said
    assert 40 < len(said) <= 700
    assert "nan" not in said


@pytest.mark.parametrize("name", EMPTY)
def test_of_nothing_they_say_that_there_is_nothing(name):
    make, wanted = EMPTY[name]
    drawn = make()
    assert wanted in drawn.alt
    assert "nan" not in drawn.alt
    drawn._repr_mimebundle_()


def test_every_figure_of_the_package_is_asked():
    from pathlib import Path

    import evidence.figures

    files = {path.stem for path in Path(evidence.figures.__file__).parent.glob("*.py")}
    asked = {make.__code__.co_names[0] for make, _ in [*FIGURES.values(), *EMPTY.values()]}
    asked |= {"coverage"} if "coverage_panels" in asked else set()
    assert files - {"__init__", "style", "drawn"} <= asked


@pytest.mark.parametrize("measure", ["RR", "RD"])
def test_a_forest_plot_is_read_out_row_by_row_and_pooled(measure):
    effects, result = forest_of(3, measure)
    said = forest(effects, result, favours=("drug", "placebo")).alt
    for name, *values in effects[["label", "yi", "ci_lb", "ci_ub"]].itertuples(index=False):
        assert f"{name}: {row_text(values, measure)}." in said
    assert f"Pooled: {estimate_text(result)} ({ci_text(result)})." in said
    assert f"Prediction interval: {pi_text(result)}." in said
    holding = ((effects["ci_lb"] < 0) & (effects["ci_ub"] > 0)).sum()
    assert f"Intervals that hold no effect: {holding} of 3." in said
    assert "Left of no effect: drug; right: placebo." in said


def test_of_a_long_forest_plot_the_ends_are_read_out():
    effects, result = forest_of(3)
    effects = effects.assign(yi=[0.1, 0.5, -0.2])
    long = pd.concat([effects.assign(label=effects["label"] + str(n)) for n in range(3)])
    said = forest(long, result).alt
    low, high = effects.loc[effects["yi"].idxmin()], effects.loc[effects["yi"].idxmax()]
    assert "with 9 rows" in said
    assert f"Lowest, {low['label']}" in said
    assert f"Highest, {high['label']}" in said
    middle = effects.sort_values("yi")["label"].iloc[1]
    assert middle not in said


def test_one_study_is_not_called_pooled():
    assert "ooled" not in forest(*forest_of(1)).alt


def test_of_many_treatments_only_what_runs_through_infinity_is_told_of_the_intervals():
    many = pd.concat([treated().head(2).assign(label=f"drug {n}") for n in range(6)])
    said = nnts(many.assign(label=[f"drug {n}" for n in range(12)])).alt
    assert "drug 0 NNTB 5;" in said
    assert "drug 1 ∞ (through infinity)" in said


def test_an_interval_that_is_not_known_is_not_told():
    lone = treated().head(1).assign(benefit_lb=np.nan, benefit_ub=np.nan)
    assert nnts(lone).alt.endswith("a NNTB 5.")


def test_both_formats_are_the_same_bytes_each_time_and_have_the_size_they_tell():
    make = FIGURES["nnts"][0]
    shown, data, about = picture(make())
    again = make()
    assert again._repr_mimebundle_() == (data, about)
    assert again._repr_mimebundle_() == (data, about)
    size = about["image/png"]
    assert size == about["image/svg+xml"]
    assert shown.size == (2 * size["width"], 2 * size["height"])
    points = [72 / 96 * size[side] for side in ("width", "height")]
    assert f'width="{points[0]:g}pt" height="{points[1]:g}pt"' in data["image/svg+xml"]
    assert about["alt"] == make().alt
    assert "dc:date" not in data["image/svg+xml"]


@pytest.mark.parametrize("name", FIGURES)
def test_nothing_is_cut_off_and_letters_can_be_read_on_a_phone(name):
    drawn = FIGURES[name][0]()
    shown, _, about = picture(drawn)
    edge = np.asarray(shown.convert("L"))
    for border in (edge[0], edge[-1], edge[:, 0], edge[:, -1]):
        assert border.min() > 200
    # A phone of 390 pixels leaves 334 to a figure.
    texts = [text for text in drawn.figure.findobj(mpl.text.Text) if text.get_text().strip()]
    least = min(text.get_fontsize() for text in texts) * 96 / 72
    assert least * min(1, 334 / about["image/png"]["width"]) > 9.9


def test_a_notebook_shows_it_once_and_a_list_its_words():
    drawn = FIGURES["nnts"][0]()
    assert plt.get_fignums() == []
    assert repr(drawn) == f"Figure: {drawn.alt}"
    assert drawn._repr_mimebundle_()[0]["text/plain"] == repr(drawn)


def test_a_figure_without_words_is_refused():
    with pytest.raises(ValueError, match="alt must say in words"):
        Drawn(plt.figure(), " ")
    assert plt.get_fignums() == []


def test_sentences_end_once():
    assert spoken(["a", "", "b.", "c\n d?"]) == "a. b. c d?"


def test_no_chapter_types_what_a_figure_shows():
    from pages import CHAPTERS, ROOT

    for chapter in CHAPTERS:
        notebook = json.loads((ROOT / f"{chapter}.ipynb").read_text("utf-8"))
        for cell in notebook["cells"]:
            assert "alt" not in cell["metadata"].get("mystnb", {}).get("image", {}), chapter


def test_what_is_not_there_is_not_told():
    assert "The book" not in specification(SPECS, None, **ABOUT).alt
    few = specification(SPECS.head(1), None, **ABOUT)
    assert "1 answer in" in few.alt
    assert few.axes[0].get_legend() is None
    assert "Hollow marks" not in doses(dosed().assign(by_review=False)).alt
