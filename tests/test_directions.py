"""Effect directions, and what of the measured values may be pooled: hand-computed cases."""

import numpy as np
import pandas as pd
import pytest

from evidence.synthesis import NotPooled
from evidence.themes.directions import (
    GLUTAMATE,
    agreed_direction,
    by_study,
    comparisons,
    in_attack,
    of_glutamate,
    once_a_cohort,
    sign_test,
)
from evidence.themes.directions_text import (
    measured_table,
    robust_table,
    sign_table,
    sign_text,
    span_text,
    syntheses_table,
    tally_text,
)
from evidence.themes.tissues import measured, measured_effects, overall, pool_by_tissue


def found(*directions):
    return pd.DataFrame({"direction": directions})


def row(study, direction, **other):
    return {
        "study": study,
        "label": study,
        "population": "people",
        "analyte": "glutamate",
        "condition": "migraine",
        "tissue": "brain",
        "phase": "interictal",
        "contrast": "M vs HC",
        "n_e": 10,
        "origin": "reported",
        "cohort": np.nan,
        "source": study,
        "direction": direction,
    } | other


@pytest.mark.parametrize(
    ("directions", "agreed"),
    [
        (["higher"], "higher"),
        (["higher", "higher"], "higher"),
        (["higher", "no difference"], "mixed"),
        (["higher"] * 7 + ["lower"] * 3, "higher"),
        (["higher"] * 2 + ["lower"], "mixed"),
        (["no difference"] * 3 + ["lower"], "no difference"),
    ],
)
def test_a_study_has_the_direction_of_seven_in_ten_comparisons(directions, agreed):
    assert agreed_direction(directions) == agreed


def test_no_comparison_has_no_direction():
    with pytest.raises(ValueError, match="directions must hold at least one comparison"):
        agreed_direction([])


def test_sign_test_by_hand():
    """All six heads: 2 / 2^6; the exact interval of 6/6 starts at (alpha / 2)^(1/6)."""
    result = sign_test(found(*["higher"] * 6))
    assert result.p == pytest.approx(2 / 64)
    assert result.ci.lb == pytest.approx(0.025 ** (1 / 6))
    assert (result.share, result.ci.ub, result.k) == (1.0, 1.0, 6)


def test_no_difference_is_no_direction_but_moves_the_limits():
    result = sign_test(found("higher", "higher", "higher", "lower", "no difference", "mixed"))
    assert (result.higher, result.lower, result.unclear) == (3, 1, 2)
    assert result.p == pytest.approx(2 * 5 / 16)
    assert result.share == pytest.approx(0.75)
    assert result.limits == pytest.approx((3 / 6, 5 / 6))


def test_without_a_direction_there_is_no_test():
    for result in (sign_test(found("mixed", "no difference")), sign_test(found())):
        assert np.isnan(result.p)
        assert result.ci is None
        assert result.limits is None


def test_level_is_checked_where_nothing_is_tested():
    with pytest.raises(ValueError, match="level is a percentage"):
        sign_test(found(), level=0.95)


def test_subgroups_add_up_and_regions_do_not():
    rows = pd.DataFrame(
        [
            row("a", "higher", contrast="MA vs HC", n_e=14),
            row("a", "higher", contrast="MO vs HC", n_e=23),
            row("b", "higher", contrast="M vs HC", n_e=10, region="insula"),
            row("b", "no difference", contrast="M vs HC", n_e=10, region="cingulate"),
            row("c", "lower", phase="ictal", n_e=np.nan),
        ]
    )
    studies = by_study(rows).set_index("study")
    assert list(studies["direction"]) == ["higher", "mixed", "lower"]
    assert list(studies["cases"].head(2)) == [37, 10]
    assert list(studies["size"]) == ["25 to 49", "under 25", "not stated"]
    assert studies.loc["c", "row"] == "c, in attack"
    assert studies.loc["c", "when"] == "in attack"


def test_one_study_a_cohort_tissue_and_time():
    rows = pd.DataFrame(
        [
            row("a", "higher", cohort="x", n_e=24),
            row("b", "higher", cohort="x", n_e=12, phase="not reported"),
            row("c", "lower", cohort="x", n_e=5, phase="ictal"),
            row("d", "lower"),
            row("e", "lower"),
        ]
    )
    assert list(once_a_cohort(by_study(rows))["study"]) == ["a", "c", "d", "e"]


def test_the_finding_that_points_the_other_way_is_there():
    studies = by_study(of_glutamate(comparisons(), tissue="plasma", condition="migraine"))
    (attack,) = studies[studies["when"] == "in attack"].itertuples()
    assert (attack.study, attack.direction) == ("martinez1993", "lower")
    assert tally_text(studies, when="in attack") == "lower in the one study"


def test_only_glutamate_and_only_eligible_rows_count():
    rows = of_glutamate(comparisons())
    assert set(rows["analyte"]) <= set(GLUTAMATE)
    assert rows["exclude"].isna().all()
    assert (of_glutamate(comparisons(eligible=False))["exclude"].notna()).all()
    assert set(of_glutamate(rows, analyte="ratio")["analyte"].str.contains("/")) == {True}
    assert set(comparisons(origin="reported")["origin"]) == {"reported"}
    assert set(in_attack(tissue="brain")["study"]) == {"onderwater2021"}


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"analyte": "glutamat"}, "analyte must be one of all, glutamate, glx, ratio, gaba"),
        ({"tissue": "blood"}, "tissue must be one of all, plasma"),
        ({"condition": "cluster"}, "condition must be one of all, migraine, fibromyalgia"),
    ],
)
def test_choices_are_checked_by_name(choice, message):
    with pytest.raises(ValueError, match=message):
        of_glutamate(comparisons(), **choice)
    with pytest.raises(ValueError, match=message):
        measured(**choice)


def test_nothing_left_is_said_in_words():
    nothing = by_study(comparisons().iloc[:0])
    assert tally_text(nothing) == "no study fits this choice"
    assert sign_text(sign_test(nothing)) == "no study fits this choice"
    assert span_text(pd.Series(dtype=float), 1, "g") == "no study fits this choice"
    for table in (sign_table(nothing, "x"), robust_table({"all": nothing}, "x")):
        assert "no row fits this choice" in table._repr_html_()
    assert once_a_cohort(nothing).empty


def test_words_for_directions():
    studies = found("higher", "higher", "no difference")
    assert tally_text(studies) == "2 higher and 1 no difference, of 3 studies"
    assert tally_text(found("lower", "lower")) == "lower in all 2 studies"
    text = sign_text(sign_test(found(*["higher"] * 6)))
    assert text == "6 of 6 studies with a direction higher (100%, 95% CI 54 to 100%; p = 0.03)"
    assert sign_text(sign_test(found("mixed"))) == "none of 1 study gives a direction"


def test_a_share_is_shown_from_three_directions_on():
    rows = pd.DataFrame([row(s, "higher") for s in "abc"] + [row("d", "lower", tissue="csf")])
    frame = sign_table(by_study(rows), "x").frame.set_index("condition and tissue")
    column = "share higher (95% CI; sign test)"
    assert frame.loc["migraine, brain (MRS)", column] == "100% (29 to 100%; p = 0.25)"
    assert frame.loc["migraine, spinal fluid", column] == "too few to test"


def test_a_voxel_has_one_measure_and_conversions_are_marked():
    rows = measured()
    assert not rows.duplicated(["study", "tissue", "region", "phase"]).any()
    assert list(rows.loc[rows["study"] == "fayed2010", "analyte"]) == ["glx"]
    park = rows.set_index("study").loc["park2022"]
    assert (park["converted"], park["row"]) == ("median, IQR", "Park 2022 *,\nplasma")
    assert list(measured(analyte="ratio", condition="fibromyalgia")["analyte"]) == ["glx/creatine"]


def test_smd_and_ratio_of_harris_by_hand():
    """Means 8.09 and 6.86, SDs 0.72 and 1.29, 19 and 14 people."""
    rows = measured(analyte="glutamate", condition="fibromyalgia", tissue="brain")
    pooled_sd = np.sqrt((18 * 0.72**2 + 13 * 1.29**2) / 31)
    (smd,) = measured_effects(rows, "SMD")["yi"]
    assert smd == pytest.approx((8.09 - 6.86) / pooled_sd * (1 - 3 / (4 * 31 - 1)), rel=1e-3)
    (rom,) = measured_effects(rows, "ROM")["yi"]
    assert rom == pytest.approx(np.log(8.09 / 6.86))


def test_regions_and_tissues_are_not_pooled():
    results = pool_by_tissue(measured_effects(measured(), "SMD"))
    brain = results["fibromyalgia, brain"]
    assert isinstance(brain, NotPooled)
    assert (brain.reason, brain.k) == ("different regions of the brain", 3)
    assert results["migraine, plasma"].k == 2
    whole = overall(results, "SMD")
    assert (whole.reason, whole.k) == ("different tissues or conditions", 7)
    assert overall({"x": results["migraine, plasma"]}, "SMD") is results["migraine, plasma"]
    assert overall({}, "SMD").reason == "no study fits this choice"


def test_arguments_are_checked_where_nothing_is_pooled():
    nothing = measured_effects(measured(tissue="urine"), "SMD")
    assert pool_by_tissue(nothing) == {}
    with pytest.raises(ValueError, match="method must be one of"):
        pool_by_tissue(nothing, method="magic")
    with pytest.raises(ValueError, match="measure must be one of SMD, ROM"):
        measured_effects(nothing, "MD")


def test_tables_show_what_the_rows_hold():
    frame = measured_table(measured(tissue="plasma"), "x").frame
    assert frame.loc[0, "cases"] == "61.79 (18.75); 24"
    published = syntheses_table("glutamate-biomarkers", "x").frame
    assert "SMD 2.22 (95% CI 1.30 to 3.13)" in set(published["published result"])


def test_studies_none_of_which_has_a_cohort_are_all_kept():
    studies = by_study(of_glutamate(comparisons()))
    studies = studies[studies["cohort"].isna()].assign(cohort=np.nan).reset_index(drop=True)
    assert len(studies) > 1
    assert once_a_cohort(studies)["study"].to_list() == studies["study"].to_list()
