"""The figures of the imaging chapter are read by their artists."""

import matplotlib as mpl
import pytest

mpl.use("agg")

import matplotlib.pyplot as plt

from evidence.figures.detectable import detectable
from evidence.figures.harvest import HEIGHTS, harvest
from evidence.figures.prisma import prisma
from evidence.themes.imaging import imaging_rows
from evidence.themes.imaging_flow import Flow
from evidence.themes.imaging_power import detectable_curves, detectable_rows


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def studies():
    return imaging_rows(period="all")


@pytest.fixture(scope="module")
def none():
    return imaging_rows(subtype="not reported")


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_the_flow_shows_each_count():
    flow = Flow("x", databases=10, other=2, excluded_abstract=4, excluded_full=3, printed=6)
    boxes = [text for text in words(prisma(flow).ax) if text]
    assert boxes == [
        "From databases: 10\nFrom other sources: 2",
        "Abstracts screened: 12",
        "Full texts assessed: 8",
        "Studies left: 5\n(review prints: 6)",
        "Excluded on abstract: 4",
        "Excluded on full text: 3\n",
    ]


def test_a_bar_a_study_as_tall_as_its_design(studies):
    ax = harvest(studies).ax
    heights = sorted(bar.get_height() for bar in ax.patches)
    assert heights == pytest.approx(sorted(HEIGHTS[name] for name in studies["design_class"]))
    partly = studies["finding"] == "raised in some scans"
    numbers = studies["n_migraine"].map("{:g}".format).str.cat(partly.map({True: "*", False: ""}))
    assert partly.any()
    assert sorted(words(ax)) == sorted(numbers)
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == list(dict.fromkeys(studies["subtype"]))[::-1]


def test_a_bar_stands_under_its_finding():
    (bar,) = harvest(
        imaging_rows(subtype="MA", design_class="structured", target="permeability")
    ).ax.patches
    raised = harvest(imaging_rows(subtype="MA")).ax
    middles = dict(
        zip((t.get_text() for t in raised.get_xticklabels()), raised.get_xticks(), strict=True)
    )
    assert bar.get_x() < middles["raised"]
    assert sum(patch.get_x() > middles["no\ndifference"] for patch in raised.patches) == 7


def test_the_three_findings_have_a_column_each_whether_a_study_bears_them_out_or_not():
    ax = harvest(imaging_rows(subtype="MA")).ax
    assert [label.get_text() for label in ax.get_xticklabels()] == [
        "lowered",
        "no\ndifference",
        "raised",
    ]
    exudate = harvest(imaging_rows(target="exudate")).ax
    assert [label.get_text() for label in exudate.get_xticklabels()][-1] == "not\ntested"


def test_no_study_is_said(none):
    assert words(harvest(none).ax) == ["No study fits this choice"]


def test_the_marks_are_the_studies_and_lie_where_they_were_computed(studies):
    found = detectable_rows(studies)
    ax = detectable(detectable_curves(range(5, 12)), found).ax
    marks = {
        (x, y)
        for line in ax.lines
        if line.get_marker() in "os"
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    }
    assert marks == set(zip(found["n_each"], found["effect"], strict=True))
    assert sorted(words(ax)) == sorted(found["label"])


def test_curves_without_a_study(none):
    ax = detectable(detectable_curves(range(5, 12)), detectable_rows(none)).ax
    assert words(ax) == []
    assert len([line for line in ax.lines if len(line.get_xdata())]) == 2
