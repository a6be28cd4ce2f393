"""Cohorts that may share people: exact bounds on a pooled share."""

from fractions import Fraction
from functools import cache
from itertools import combinations

import pandas as pd
import pytest
from audit_cases import args, printed
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.audit.cohorts import overlap, pooled_share_bounds
from evidence.themes.overlap import overlap_range

cohort = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
tiny = st.integers(1, 3).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def every_share(cohorts, pairs, order):
    """Every share of every way of sharing, with the first cohort of `order` on record."""
    may = {frozenset(pair) for pair in pairs}
    groups = [
        group
        for size in range(1, len(cohorts) + 1)
        for group in combinations(range(len(cohorts)), size)
        if all(frozenset(pair) in may for pair in combinations(group, 2))
    ]

    @cache
    def ways(left):
        """Return all (events, people) of the records that are left: (events, others) a cohort."""
        start = next((i for i, (e, o) in enumerate(left) if e + o), None)
        if start is None:
            return frozenset({(0, 0)})
        found = set()
        for group in (each for each in groups if start in each):
            for has in range(2 ** len(group)):
                rest, ok = [list(pair) for pair in left], True
                for position, each in enumerate(group):
                    kind = 0 if has >> position & 1 else 1
                    rest[each][kind] -= 1
                    ok = ok and rest[each][kind] >= 0
                if ok:
                    first = min(group, key=order.index)
                    event = has >> group.index(first) & 1
                    after = ways(tuple(map(tuple, rest)))
                    found |= {(events + event, people + 1) for events, people in after}
        return frozenset(found)

    start = tuple((event, n - event) for event, n in cohorts)
    return {Fraction(events, people) for events, people in ways(start)}


@settings(max_examples=60)
@given(st.lists(tiny, min_size=3, max_size=3), st.sets(st.sampled_from([(0, 1), (0, 2), (1, 2)])))
def test_bounds_equal_an_enumeration(cohorts, pairs):
    by_size = sorted(range(3), key=lambda each: (-cohorts[each][1], each))
    shares = every_share(cohorts, sorted(pairs), by_size)
    shares |= every_share(cohorts, sorted(pairs), by_size[::-1])
    event, n = zip(*cohorts, strict=True)
    low, high = pooled_share_bounds(event, n, sorted(pairs))
    assert (low.share, high.share) == (min(shares), max(shares))


@settings(max_examples=40)
@given(st.lists(cohort, min_size=2, max_size=4))
def test_bounds_equal_those_of_the_fibromyalgia_chapter(cohorts):
    """There too, one report is set against all the others."""
    event, n = (list(each) for each in zip(*cohorts, strict=True))
    largest = max(range(len(n)), key=lambda each: (n[each], -each))
    pairs = [(largest, each) for each in range(len(n)) if each != largest]
    frame = pd.DataFrame({"event": event, "n": n, "cohort": "clinic"})
    frame = frame.assign(label=list("abcd")[: len(n)], year=range(2000, 2000 - len(n), -1))
    if sum(n) - n[largest] <= n[largest]:
        expected = overlap_range(frame)
        low, high = pooled_share_bounds(event, n, pairs)
        assert (float(low.share), float(high.share)) == pytest.approx(expected)


KETAMINE = [("event", 8), ("event", 8), ("event", 17), ("n", 11), ("n", 18), ("n", 29)]
NAMES = [("cohort", "1995"), ("cohort", "1997"), ("cohort", "2000")]
STATED = {"event_total": 33, "n_total": 58, "percent": 57}


def test_ketamine_in_fibromyalgia():
    """33/58 = 57%, with cohorts of 11 and 18 that may be inside 29."""
    alone = overlap(args(*KETAMINE, **STATED))
    assert alone.outcome == "agrees"
    assert alone.computation == "8 + 8 + 17 = 33 of 11 + 18 + 29 = 58, 56.9%"
    shared = overlap(args(*KETAMINE, *NAMES, **STATED, may_share="1995, 2000; 1997, 2000"))
    assert shared.outcome == "ambiguous"
    assert shared.computation.endswith("from 16/41 (39.0%) to 33/45 (73.3%)")
    low, high = pooled_share_bounds([8, 8, 17], [11, 18, 29], [(0, 2), (1, 2)])
    assert (low.n, high.n) == (41, 45)


@given(st.lists(cohort, min_size=1, max_size=5), st.integers(-3, 3))
def test_sums_of_different_people(cohorts, off):
    figures = [pair for event, n in cohorts for pair in (("event", event), ("n", n))]
    event, n = (sum(each) for each in zip(*cohorts, strict=True))
    share = Fraction(100 * event, n)
    stated = {"event_total": event, "n_total": n, "percent": printed(share, 1)}
    assert overlap(args(*figures, **stated)).outcome == "agrees"
    if off:
        for name, value in (("event_total", event), ("n_total", n)):
            wrong = stated | {name: abs(value + off)}
            right = abs(value + off) == value
            assert overlap(args(*figures, **wrong)).outcome == ("agrees" if right else "disagrees")
        wrong = stated | {"percent": printed(share + Fraction(off, 5), 1)}
        assert overlap(args(*figures, **wrong)).outcome == "disagrees"


def test_sharing_that_cannot_move_the_figure_agrees():
    everybody = [("event", 5), ("event", 5), ("n", 5), ("n", 5), ("cohort", "a"), ("cohort", "b")]
    found = overlap(args(*everybody, percent=100, may_share="a, b"))
    assert found.outcome == "agrees"
    assert overlap(args(*everybody, may_share="a, b")).outcome == "ambiguous"


def test_what_is_refused():
    pair = [("event", 1), ("event", 1), ("n", 2), ("n", 2)]
    with pytest.raises(ValueError, match="once a cohort; got 2 and 1"):
        overlap(args(*pair[:3]))
    with pytest.raises(ValueError, match="may_share must be pairs of a, b"):
        overlap(args(*pair, ("cohort", "a"), ("cohort", "b"), may_share="a, c"))
    with pytest.raises(ValueError, match="may_share must be pairs of no cohort"):
        overlap(args(*pair, may_share="a"))
    with pytest.raises(ValueError, match="cohort is needed once a cohort; got 3 of 2"):
        overlap(args(*pair, *[("cohort", name) for name in "abc"], may_share="a, b"))
    with pytest.raises(ValueError, match="must not be above n; got 3 of 2"):
        overlap(args(("event", 3), ("n", 2)))
