"""P values against statistics, counts, correlations and means."""

from math import sqrt

import pytest
from audit_cases import args
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from evidence.audit.means import p_means
from evidence.audit.pvalues import chi2_p, correlation, p_counts, p_of, p_said, p_statistic

size = st.floats(0.05, 6)
freedom = st.integers(2, 200)
arm = st.integers(2, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
arms = st.tuples(arm, arm).map(lambda two: (*two[0], *two[1]))
COUNTS = ("event_e", "n_e", "event_c", "n_c")


@pytest.mark.parametrize(
    ("statistic", "value", "df", "df2", "p"),
    [
        ("z", 1.959964, 1, 1, 0.05),
        ("t", 2.2, 28, 1, 0.0362),
        ("chi2", 3.841459, 1, 1, 0.05),
        ("f", 4.195972, 1, 28, 0.05),
        ("r", 0.361007, 28, 1, 0.05),
        ("r", 1.0, 28, 1, 0.0),
        ("t", -2.2, 28, 1, 0.0362),
    ],
)
def test_critical_values_of_the_tables(statistic, value, df, df2, p):
    assert p_of(statistic, value, df, df2) == pytest.approx(p, abs=5e-5)


@given(st.sampled_from(["t", "z", "chi2", "f"]), size, freedom, freedom, st.integers(1, 3))
def test_a_statistic_and_its_p_never_raise_an_alarm(name, value, df, df2, places):
    p = p_of(name, value, df, df2)
    given_ = {name: f"{value:.{places}f}", "p": f"{p:.3f}"}
    given_ |= {} if name == "z" else {"df": df}
    given_ |= {"df2": df2} if name == "f" else {}
    assert p_statistic(args(**given_)).outcome == "agrees"
    below = [(key, text) for key, text in given_.items() if key != "p"]
    assert p_statistic(args(*below, ("p", f"{p + 0.01:.2f}", "<"))).outcome == "agrees"


@given(st.sampled_from(["t", "z", "chi2", "f"]), size, freedom, freedom, st.floats(0.001, 1))
def test_a_p_of_another_statistic_is_caught(name, value, df, df2, wrong):
    given_ = {} if name == "z" else {"df": df}
    given_ |= {"df2": df2} if name == "f" else {}
    reach = [p_of(name, value + off, df, df2) for off in (0.0051, -0.0051)]
    assume(value > 0.01)
    halves = [p / 2 for p in reach] if name in ("t", "z") else reach
    for low, high in (reach, halves):
        assume(not low - 0.0006 <= wrong <= high + 0.0006)
    found = p_statistic(args(**{name: f"{value:.2f}"}, **given_, p=f"{wrong:.3f}"))
    assert found.outcome == "disagrees"


def test_n_in_place_of_degrees_of_freedom_and_one_side():
    for df in (28, 29):
        p = f"{p_of('t', 2.2, df):.4f}"
        assert p_statistic(args(t="2.200", n=30, p=p)).outcome == "agrees"
    one_side = p_statistic(args(t="2.20", df=28, p="0.018"))
    assert one_side.outcome == "ambiguous"
    assert one_side.computation == (
        "t = 2.20 on 28 has p = 0.036, printed p = 0.018: that of a one-sided test"
    )
    tail = p_statistic(args(("f", "4.20"), ("df", 1), ("df2", 28), ("p", "0.001", "<")))
    assert tail.computation == "f = 4.20 on 1 and 28 has p = 0.05, printed p < 0.001"
    assert p_said(1e-7) == "p < 0.0001"


def test_what_is_refused():
    with pytest.raises(ValueError, match="one of t, z, chi2, f, r is needed"):
        p_statistic(args(p="0.05"))
    with pytest.raises(ValueError, match="chi2 without df must be one of t, r"):
        p_statistic(args(chi2="3.84", n=30, p="0.05"))
    with pytest.raises(ValueError, match="degrees of freedom must be above 0; got 0"):
        p_statistic(args(r="0.5", n=2, p="0.05"))
    with pytest.raises(ValueError, match="statistic must be one of"):
        p_of("q", 1.0)


@given(st.floats(-0.999, 0.999), st.integers(4, 300))
def test_a_correlation_and_its_p_never_raise_an_alarm(r, n):
    p = p_of("r", r, n - 2)
    assert correlation(args(r=f"{r:.2f}", n=n, p=f"{p:.3f}")).outcome == "agrees"


@given(st.floats(0.2, 0.9), st.integers(10, 300))
def test_a_correlation_with_the_p_of_another_is_caught(r, n):
    wrong = 2.5 * p_of("r", r - 0.006, n - 2) + 0.002
    assume(wrong < 0.999)
    assert correlation(args(r=f"{r:.2f}", n=n, p=f"{wrong:.3f}")).outcome == "disagrees"


@settings(max_examples=50)
@given(arms, st.sampled_from(["fisher", "pearson", "yates"]))
def test_counts_and_their_p_never_raise_an_alarm(table, test):
    e, n_e, c, n_c = table
    cells = [[e, n_e - e], [c, n_c - c]]
    if test == "fisher" or e + c in (0, n_e + n_c):
        p = stats.fisher_exact(cells).pvalue
    else:
        p = stats.chi2_contingency(cells, correction=test == "yates").pvalue
    named = dict(zip(COUNTS, table, strict=True))
    assert p_counts(args(**named, p=f"{p:.3f}")).outcome == "agrees"


@settings(max_examples=50)
@given(arms, st.floats(0.001, 1))
def test_a_p_of_other_counts_is_caught(table, wrong):
    named = dict(zip(COUNTS, table, strict=True))
    found = p_counts(args(**named, p=f"{wrong:.3f}"))
    near = min(abs(p - wrong) for p in found.values.values())
    assume(near > 0.0011)
    assert found.outcome == "disagrees"


def test_counts_of_the_s_ketamine_trial():
    found = p_counts(args(("p", "0.05", "<"), event_e=8, n_e=12, event_c=3, n_c=12))
    assert found.outcome == "agrees"
    assert found.computation.startswith("8/12 against 3/12: Fisher p = 0.1; chi-squared p = 0.041;")
    assert chi2_p(0, 5, 0, 5) == 1.0


groups = st.tuples(st.floats(-20, 20), st.floats(0.5, 9), st.integers(3, 80))


spreads = st.tuples(st.floats(0.5, 9), st.integers(10, 80))


def means(one, two, kind, stated, places=2):
    (m_e, s_e, n_e), (m_c, s_c, n_c) = one, two
    shown = {"mean_e": m_e, "mean_c": m_c, "spread_e": s_e, "spread_c": s_c}
    named = {name: f"{value:.{places}f}" for name, value in shown.items()}
    return args(stated, **named, n_e=n_e, n_c=n_c, spread_kind=kind)


@settings(max_examples=60)
@given(groups, groups, st.booleans(), st.integers(0, 2), st.booleans())
def test_means_and_their_p_never_raise_an_alarm(one, two, equal, places, as_se):
    test = stats.ttest_ind_from_stats(*one, *two, equal_var=equal)
    scale = [1 / sqrt(group[2]) if as_se else 1 for group in (one, two)]
    shown = [(g[0], g[1] * k, g[2]) for g, k in zip((one, two), scale, strict=True)]
    kind = "se" if as_se else "sd"
    found = p_means(means(*shown, kind, ("p", f"{test.pvalue:.3f}"), places))
    assert found.outcome == "agrees"
    by_t = p_means(means(*shown, kind, ("t", f"{test.statistic:.2f}"), places))
    assert by_t.outcome == "agrees"


@settings(max_examples=60)
@given(groups, groups, st.sampled_from([3.0, 1 / 3]))
def test_a_t_of_other_means_is_caught(one, two, times):
    test = stats.ttest_ind_from_stats(*one, *two, equal_var=False)
    student = stats.ttest_ind_from_stats(*one, *two)
    wrong = times * abs(test.statistic)
    near = min(abs(wrong - abs(each.statistic)) for each in (test, student))
    assume(abs(test.statistic) > 0.5 and near > 0.05 * max(wrong, abs(student.statistic)))
    found = p_means(means(one, two, "sd", ("t", f"{wrong:.4f}"), 6))
    assert found.outcome == "disagrees"


@settings(max_examples=60)
@given(spreads, st.floats(0.8, 3.2))
def test_standard_errors_taken_for_deviations_are_named(spread, t):
    """The p of the SDs, printed beside the SEs as if they were SDs."""
    sd, n = spread
    one, two = (0.0, sd, n), (t * sd * sqrt(2 / n), sd, n)
    test = stats.ttest_ind_from_stats(*one, *two)
    errors = [(m, s / sqrt(n), n) for m, s, n in (one, two)]
    found = p_means(means(*errors, "sd", ("p", f"{test.pvalue:.4f}"), 6))
    assert found.outcome == "disagrees"
    assert found.computation.endswith(": it fits if the spreads are SEs")
    assert found.values["p_se"] == pytest.approx(
        stats.ttest_ind_from_stats(*one, *two, equal_var=False).pvalue, rel=1e-2, abs=1e-5
    )


def test_methadone():
    """7.7 +/- 1.5 to 1.4 +/- 1.7 in 18: p < 0.0001 only if these are standard deviations."""
    named = {"mean_e": "7.7", "mean_c": "1.4", "spread_e": "1.5", "spread_c": "1.7"}
    named |= {"n_e": 18, "n_c": 18}
    stated = ("p", "0.0001", "<")
    assert p_means(args(stated, **named, spread_kind="sd")).outcome == "agrees"
    errors = p_means(args(stated, **named, spread_kind="se"))
    assert errors.outcome == "disagrees"
    assert errors.computation == (
        "7.7 (1.5), n = 18 against 1.4 (1.7), n = 18: as SEs, t = 2.78 and p = 0.0089; "
        "as SDs, t = 11.8 and p < 0.0001; printed p < 0.0001: it fits if the spreads are SDs"
    )


def test_edges_of_means():
    same = {"mean_e": "5", "mean_c": "5", "spread_e": "0", "spread_c": "0", "n_e": 5, "n_c": 5}
    assert p_means(args(("p", "0.05", ">"), **same, spread_kind="sd")).outcome == "agrees"
    apart = same | {"mean_c": "8"}
    either = p_means(args(("p", "0.05", "<"), **apart, spread_kind="se"))
    assert either.outcome == "agrees"
    assert either.computation.endswith("; either reading fits")
    with pytest.raises(ValueError, match="spread_kind must be one of sd, se; got 'iqr'"):
        p_means(args(("p", "0.05"), **same, spread_kind="iqr"))
    with pytest.raises(ValueError, match="n_e must be 2 or more for a t test; got 1"):
        p_means(args(("p", "0.05"), **same | {"n_e": 1}, spread_kind="sd"))
