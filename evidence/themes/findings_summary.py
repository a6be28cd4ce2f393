"""The summary of findings in GRADE's form: one row for each result that the book judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evidence.checks import check_choice
from evidence.data import load
from evidence.pooling import PooledEffect
from evidence.sentences import ci_text, estimate_text, pi_text
from evidence.synthesis import NotPooled
from evidence.tables import Table
from evidence.text import EMPTY, count_text, number_text
from evidence.themes import migraine, migraine_pool, responders
from evidence.themes.certainty import DOMAINS, LEVELS, certainty_of
from evidence.themes.cohorts_text import shares_text
from evidence.themes.findings_summary_list import COMPARED, MEANS, UNCONTROLLED, Finding
from evidence.themes.migraine_text import time_text
from evidence.themes.responders_absolute import compare
from evidence.themes.responders_text import change_text, changes_text, gain_of, ratio_text
from evidence.themes.responders_ways import chosen_pool, summed

#: GRADE's informative statements by certainty (Santesso et al. 2020,
#: doi:10.1016/j.jclinepi.2019.10.014), without their adjectives of size: the book set no
#: thresholds for a small or a large effect.
STATEMENTS = {
    "high": "{Drug} leads to {change}.",
    "moderate": "{Drug} probably leads to {change}.",
    "low": "{Drug} may lead to {change}.",
    "very low": "The evidence is very uncertain about the effect of {drug} on {what}.",
}
NO_CONTROL = "Nobody was compared, so no effect can be stated."
NO_NUMBER = "There is no number to state an effect by."
LEFT_OUT = "no study fits this choice"
COLUMNS = ["outcome", "studies", "control", "absolute", "relative", "certainty", "plain"]
NOT_POOLED = "single trials against different drugs, not pooled"
#: Drugs that need another word in a sentence.
SAID = {responders.DIET: "a diet low in glutamate"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How the numbers of the summary are made; each as for the function that takes it."""

    denominator: str = "randomised"
    origin: str = "all"
    method: str = "REML"
    test: str = "hybrid"
    level: float = 95.0


def summary_rows(findings: Sequence[Finding], choice: Choice) -> pd.DataFrame:
    """Return the summary of findings, every cell as text.

    Parameters
    ----------
    findings : sequence of Finding
        From :func:`chosen`; may be empty.
    choice : Choice
        How the numbers are made.

    Returns
    -------
    pandas.DataFrame
        `outcome, studies, control, absolute, relative, certainty, plain`. `control` and `absolute`
        are people of a hundred, or the unit of the outcome. An uncontrolled row has the share that
        responded in `absolute`, says so there, and has neither `control` nor `relative`. Where the
        choice leaves no number, the row says so.
    """
    makers = {COMPARED: _compared, UNCONTROLLED: _uncontrolled, MEANS: _means}
    rows = [
        {"outcome": title(each)}
        | (
            makers[each.kind](each, choice)
            if each.kind in makers
            else _cells(each, absolute=NOT_POOLED)
        )
        for each in findings
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def title(finding: Finding) -> str:
    """Return the outcome with drug, condition and design, such as a first column has it."""
    labels = load("outcomes").set_index("outcome")["label"]
    drug = finding.drug[:1].upper() + finding.drug[1:]
    design = ", no control group" if finding.kind == UNCONTROLLED else ""
    time = f", after {time_text(finding.time)}" if finding.time else ""
    return f"{drug} in {finding.condition}{design}: {labels[finding.outcome].lower()}{time}"


def statement(certainty: str, drug: str, what: str, change: str) -> str:
    """Return what happens in plain words, as strongly as the certainty allows.

    Parameters
    ----------
    certainty : {"high", "moderate", "low", "very low"}
    drug : str
    what : str
        The outcome, for the end of a sentence.
    change : str
        The effect in words; empty where there is no number.
    """
    check_choice("certainty", certainty, LEVELS)
    if not change and certainty != "very low":
        return NO_NUMBER
    said = SAID.get(drug, drug)
    words = {"drug": said, "Drug": said[:1].upper() + said[1:], "what": what, "change": change}
    return STATEMENTS[certainty].format(**words)


def certainty_text(key: str) -> str:
    """Return the certainty of a result and what lowered it: "low: very serious imprecision"."""
    rows = load("certainty")
    judged = rows[rows["result"].eq(key)].set_index("domain")["judgement"]
    lowered = [
        ("very serious " if judged.get(domain) == "very serious" else "") + domain
        for domain in DOMAINS
        if judged.get(domain, "no concern") != "no concern"
    ]
    return certainty_of(key) + (f": {', '.join(lowered)}" if lowered else "")


def _cells(finding: Finding, change: str = "", **cells: str) -> dict[str, str]:
    """Return the cells of a row, those that are not given as an en dash, with its judgement."""
    certainty = certainty_of(finding.key)
    plain = statement(certainty, finding.drug, finding.what, change)
    if finding.kind == UNCONTROLLED:
        plain = f"{plain} {NO_CONTROL}" if certainty == "very low" else NO_CONTROL
    judged = {"certainty": certainty_text(finding.key), "plain": plain}
    return dict.fromkeys(COLUMNS[1:5], EMPTY) | cells | judged


def _asked(finding: Finding, choice: Choice) -> dict[str, Any]:
    """Return what the rows of a finding are asked for, whether they have a control or not."""
    people = {"condition": finding.condition, "drug": finding.drug}
    kept = {"denominator": choice.denominator, "origin": choice.origin, "level": choice.level}
    return people | kept


def _compared(finding: Finding, choice: Choice) -> dict[str, str]:
    rows = responders.comparison_rows([finding.outcome], **_asked(finding, choice))
    rows = rows[rows["time"].eq(finding.time)] if finding.time else rows
    if rows.empty:
        return _cells(finding, absolute=LEFT_OUT)
    name, alike = next(iter(responders.alike(rows).items()))
    each = compare(name, alike, method=choice.method, test=choice.test, level=choice.level)
    people = int(alike[["n_e", "n_c"]].to_numpy().sum())
    gain, ci = gain_of(each)
    over = time_text(str(alike["time"].iloc[0]))
    return _cells(
        finding,
        change=f"{change_text(gain)} responders of a hundred people",
        studies=_studies(len(alike), people, "trial"),
        control=f"{number_text(100 * each.risk_c, 0)} of 100 on {alike['control'].iloc[0]}",
        absolute=f"{change_text(gain)} of 100 ({changes_text(ci)}), {over}",
        relative=f"RR {ratio_text(each, 'RR')}",
    )


def _uncontrolled(finding: Finding, choice: Choice) -> dict[str, str]:
    rows = responders.cohort_rows([finding.outcome], **_asked(finding, choice))
    groups = responders.groups(rows)
    if not groups:
        return _cells(finding, absolute=LEFT_OUT)
    cohorts = next(iter(groups.values()))
    fit = chosen_pool(cohorts, method=choice.method, test=choice.test, level=choice.level)
    share = shares_text(pd.DataFrame([summed(cohorts, choice.level)])).iloc[0]
    if isinstance(fit, PooledEffect):
        share = f"{estimate_text(fit)} ({ci_text(fit)})"
    return _cells(
        finding,
        studies=_studies(len(cohorts), int(cohorts["n"].sum()), "group"),
        control="no control group",
        absolute=f"no comparison; {share} responded",
        relative="none without a control",
    )


def _means(finding: Finding, choice: Choice) -> dict[str, str]:
    rows = migraine.comparison_rows(
        finding.outcome,
        drug=finding.drug,
        purpose="preventive",
        control="placebo",
        origin=choice.origin,
        level=choice.level,
    )
    fit = migraine_pool.pool_alike(rows, method=choice.method, test=choice.test, level=choice.level)
    if isinstance(fit, NotPooled):
        return _cells(finding, absolute=f"not pooled: {fit.reason}")
    people = int(rows[["n_e", "n_c"]].astype(float).to_numpy().sum())
    size = f"{estimate_text(fit)} ({ci_text(fit)})"
    return _cells(
        finding,
        change=f"a difference of {estimate_text(fit)} {finding.what}",
        studies=_studies(len(rows), people, "trial"),
        absolute=f"{size} {finding.what}; a new trial: {pi_text(fit)}",
        relative="none: a difference of means",
    )


def _studies(k: int, people: int, noun: str) -> str:
    return f"{people} people, {count_text(k, noun)}"


def summary_table(rows: pd.DataFrame, caption: str, level: float) -> Table:
    """Return the rows of :func:`summary_rows` for a page."""
    names = {
        "studies": "people and studies",
        "control": "without the drug",
        "absolute": f"difference with the drug ({level:g}% CI)",
        "relative": "relative effect",
        "certainty": "certainty, and what lowered it",
        "plain": "in plain words",
    }
    return Table(rows, caption, names)
