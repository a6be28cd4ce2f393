"""Explore a pooled result on its page: any of its studies, by any method, looked up.

The page computes none of these numbers. `explore` pools every subset of the studies by every
method and interval, and hands the page the words that this package makes of each result.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import isclose
from typing import Any

import pandas as pd

from evidence.checks import check_between, check_choice
from evidence.explorer_data import Baseline, Offer, explorer_data
from evidence.pooling import pool
from evidence.sentences import Result
from evidence.synthesis import NotPooled

#: What a notebook displays to hand a file on to its page.
MIME = "application/vnd.evidence.attachment+json"
#: Scripts and styles of the book that the page then needs.
NEEDS = ("explorer.js", "explorer.css")
#: Every further study doubles what a page must hold.
MOST_STUDIES = 10

PAGE = """\
<section class="explorer" data-explorer="{key}" data-file="attachment:explorer-{key}.js" \
aria-label="Explore: {title}">
<p class="explorer-said" role="status"></p>
<details hidden><summary>Explore: leave studies out, change the method<span>{title}</span></summary>
<div class="explorer-body"></div></details>
<noscript><p>With scripts switched on, studies can be left out here and the method changed. The \
figure and the numbers above are the book's own choice and need no script.</p></noscript>
</section>"""
NOTHING = '<p class="no-rows"><strong>{title}:</strong> nothing to explore here, {why}.</p>'


@dataclass(frozen=True, slots=True)
class Explorer:
    """An explorer that displays itself, and hands its data on to the page.

    Attributes
    ----------
    key : str
        Names it in addresses and files.
    title : str
        What is pooled, in words.
    data : dict or None
        From :func:`evidence.explorer_data.explorer_data`; None where there is nothing to explore.
    why : str
        Then why not.
    """

    key: str
    title: str
    data: dict[str, Any] | None = None
    why: str = ""

    def __repr__(self) -> str:
        found = f"{len(self.data['studies'])} studies" if self.data else self.why
        return f"Explorer: {self.title} ({found})"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """Return the place of the explorer on the page and the file with its data."""
        title = escape(self.title)
        if self.data is None:
            said = NOTHING.format(title=title, why=escape(self.why))
            return {"text/html": said, "text/plain": repr(self)}
        given = json.dumps(self.data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        file = {
            "kind": "explorer",
            "key": self.key,
            "text": f'bookExplorer("{self.key}", {given});\n',
            "needs": list(NEEDS),
        }
        shown = PAGE.format(key=self.key, title=title)
        return {"text/html": shown, MIME: file, "text/plain": repr(self)}


def explore(
    effects: pd.DataFrame,
    result: Result,
    *,
    key: str,
    title: str,
    label: str = "label",
    shown: pd.DataFrame | None = None,
    ticked: Iterable[object] | None = None,
    favours: tuple[str, str] | None = None,
    baseline: Baseline | None = None,
    note: str = "",
) -> Explorer:
    """Return the explorer of a pooled result.

    Parameters
    ----------
    effects : pandas.DataFrame
        The studies on offer, a row each, with `yi`, `vi`, `measure` and `label`. Rows of the same
        people must not be among them twice: any two may be pooled.
    result : PooledEffect or NotPooled
        The page's own; its method, test and level are those that the explorer opens with.
    key : str
        Small letters, digits and hyphens; one on a page.
    title : str
        What is pooled, as the page says it.
    label : str
        Column with the name of each study.
    shown : pandas.DataFrame, optional
        Each study as the page's own figure has it: `yi, ci_lb, ci_ub` on the scale of `yi`, by the
        index of `effects`; those of `effects` by default.
    ticked : iterable, optional
        Index of the rows that `result` pools; all by default.
    favours : tuple of two str, optional
        What lies to the left and to the right of no effect.
    baseline : Baseline, optional
        From :mod:`evidence.explorer_data`: for events, the shares at which to give an NNT.
    note : str
        What to bear in mind.

    Returns
    -------
    Explorer
        It says why where there is nothing to explore: nothing was pooled, one study only, more
        than `MOST_STUDIES`.

    Raises
    ------
    ValueError
        `key` that is no word of an address; or `result` is not what the rows ticked give: the
        explorer would open with another number than the page.
    """
    if key.strip("abcdefghijklmnopqrstuvwxyz0123456789-") or not key:
        raise ValueError(f"key must be small letters, digits and hyphens; got {key!r}")
    why = _why_not(effects, result)
    if why or isinstance(result, NotPooled):
        return Explorer(key, title, why=why)
    own = _positions(effects, ticked)
    _check_own(effects, result, own)
    rows = effects if shown is None else shown.loc[effects.index]
    offer = Offer(effects, rows, label, result, own, favours, baseline, title, note)
    return Explorer(key, title, explorer_data(offer))


def baseline_of(rows: pd.DataFrame, better: str, event: str) -> Baseline | None:
    """Return the control risks that were seen: lowest, of all together, highest.

    Parameters
    ----------
    rows : pandas.DataFrame
        With `event_c` and `n_c`.
    better : {"higher", "lower"}
        Direction of benefit, from the data.
    event : str
        What those counted did, such as "respond on placebo".

    Returns
    -------
    Baseline or None
        To a tenth of a percent, which is what is computed with; None where nobody had the event,
        or all: there is no risk to apply a ratio to.
    """
    check_choice("better", better, ("higher", "lower"))
    counted = rows.dropna(subset=["event_c", "n_c"])
    if counted.empty:
        return None
    risks = (counted["event_c"] / counted["n_c"]).astype(float)
    together = float(counted["event_c"].sum() / counted["n_c"].sum())
    named = {"lowest seen": risks.min(), "all together": together, "highest seen": risks.max()}
    percents = {name: round(100 * float(risk), 1) for name, risk in named.items()}
    return baseline_at(percents, better, event)


def baseline_at(percents: Mapping[str, float], better: str, event: str) -> Baseline | None:
    """Return the control risks named, in percent; the middle one is the first shown.

    Those of nobody and of all are left out; None where no other is left.
    """
    kept: dict[float, str] = {}
    for name, percent in percents.items():
        check_between(name, percent, 0, 100)
        if 0 < percent < 100:
            kept.setdefault(float(percent), name)
    if not kept:
        return None
    risks = tuple(sorted((percent, name) for percent, name in kept.items()))
    return Baseline(risks, risks[len(risks) // 2][0], better, event)


def _why_not(effects: pd.DataFrame, result: Result) -> str:
    if effects.empty:
        return "as no study fits this choice"
    if isinstance(result, NotPooled):
        return f"as nothing is pooled: {result.reason}"
    if len(effects) < 2:
        return "as there is one study only"
    if len(effects) > MOST_STUDIES:
        return f"as there are {len(effects)} studies, and a page can hold every choice of up to ten"
    return ""


def _positions(effects: pd.DataFrame, ticked: Iterable[object] | None) -> list[int]:
    if ticked is None:
        return list(range(len(effects)))
    wanted = list(ticked)
    missing = [each for each in wanted if each not in effects.index]
    if missing or not wanted:
        raise ValueError(f"ticked must be rows of effects, by their index; got {wanted}")
    return [i for i, name in enumerate(effects.index) if name in wanted]


def _check_own(effects: pd.DataFrame, result: Result, own: Sequence[int]) -> None:
    assert not isinstance(result, NotPooled)
    how = {"method": result.method, "test": result.test}
    again = pool(effects.iloc[list(own)], level=result.level, **how)
    pairs = zip(
        (again.k, again.estimate, *again.ci), (result.k, result.estimate, *result.ci), strict=True
    )
    if not all(isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) for a, b in pairs):
        raise ValueError(
            f"result must be what the ticked rows give, an estimate of {again.estimate:.6g} from "
            f"{again.k} studies; got {result.estimate:.6g} from {result.k}"
        )
