"""How robust each headline is, in sentences."""

from collections.abc import Mapping

import pandas as pd

from evidence.fragility import Fragility
from evidence.interval import Interval
from evidence.robustness import DIRECTION, HOLDS, OPEN, placed
from evidence.text import EMPTY, MINUS, count_text, interval_text, number_text, percent_text
from evidence.themes.headline_answers import Answer

#: Unit after a number, and its decimals.
UNITS = {
    "points": (" points", 0),
    "share": ("%", 0),
    "mean": (" attacks a month", 1),
    "deviations": (" SD", 1),
}
NOT_CHOSEN = "left out by the choice of headline"
#: A median that moves by less has not moved.
LEAST = 1e-6
#: What each verdict says of the conclusion.
VERDICTS = {
    HOLDS: "so what the book concludes ({}) holds whichever of these choices is made",
    DIRECTION: "so the direction holds, but what the book concludes ({}) depends on the choices",
    OPEN: "so what the book concludes ({}) does not hold: it depends on the choices",
}


def value_text(answer: Answer, value: float) -> str:
    """Return one answer with its unit."""
    unit, digits = UNITS[answer.headline.kind]
    number = number_text(value, digits)
    unit = " point" if unit == " points" and number.strip(MINUS) == "1" else unit
    return EMPTY if pd.isna(value) else number + unit


def span_text(answer: Answer, low: float, high: float) -> str:
    """Return "30 to 34 points", or one value where both are shown alike."""
    unit, digits = UNITS[answer.headline.kind]
    if pd.isna(low) or number_text(low, digits) == number_text(high, digits):
        return value_text(answer, low)
    return interval_text(Interval(low, high), digits) + unit


def side_text(answer: Answer) -> str:
    """Return what the side in question is, such as "fewer attacks"."""
    headline = answer.headline
    if headline.kind == "share":
        return f"a share above {value_text(answer, answer.null)}"
    if headline.kind == "points":
        return "more headache" if headline.better == "lower" else "more responders"
    return "fewer attacks" if headline.kind == "mean" else "more glutamate"


def conclusion_text(place: int, answer: Answer) -> str:
    """Return what an interval that lies above (1), below (-1) or on the null says."""
    side = side_text(answer)
    if place == answer.headline.sign:
        return f"{side} shown"
    return f"{side} not shown" if place == 0 else "the opposite shown"


def book_place(answer: Answer) -> int:
    """Return where the book's own interval lies, see :func:`evidence.robustness.placed`."""
    return int(placed(answer.book.to_frame().T, answer.null)[0])


def of_text(share: float, n: int) -> str:
    """Return "208 of 256 (81%)"."""
    if not n or pd.isna(share):
        return "none"
    return f"{round(share * n)} of {n} ({percent_text(share)})"


def robust_text(answer: Answer) -> str:
    """Return the sentence that says, with numbers, how robust a headline is."""
    spread, level = answer.spread, answer.level
    if not spread.analyses:
        return "no choice leaves anything to analyse"
    book, like = answer.book, spread.analyses - spread.unlike
    put = span_text(answer, spread.lowest, spread.highest)
    own = f"{value_text(answer, book['value'])} ({level:g}% CI "
    own += f"{span_text(answer, book['lb'], book['ub'])})"
    verdict = VERDICTS[spread.verdict].format(conclusion_text(book_place(answer), answer))
    return (
        f"{count_text(spread.analyses, 'analysis', 'analyses')} put it at {put}; the book says "
        f"{own}. {of_text(spread.towards, like)} lie on the side of {side_text(answer)}, and in "
        f"{of_text(spread.beyond, spread.analyses)} the whole interval does, {verdict}"
    )


def mover_text(answer: Answer) -> str:
    """Return which choice moves the answer most, and which the conclusion."""
    moved = answer.moves
    if moved.empty:
        return "no choice changes anything"
    top = moved.iloc[0]
    if not top["range"] > LEAST:
        said = "no choice moves the estimate"
    else:
        low, high = (value_text(answer, top[f"{end}_median"]) for end in ("low", "high"))
        said = f"the estimate is moved most by the choice of {top['choice']} (median {low} with "
        said += f"“{top['low']}”, {high} with “{top['high']}”)"
    last = moved.sort_values("verdicts", ascending=False, kind="stable").iloc[0]
    if not last["verdicts"] > LEAST:
        return f"{said}; none moves the conclusion"
    gap = percent_text(last["verdicts"])
    said += f"; the conclusion is turned most by the choice of {last['choice']}"
    return f"{said} (up to {gap} of analyses turn)"


def chosen_text(answer: Answer) -> str:
    """Return how many combinations there were, what was left, and what made no difference."""
    spread = answer.spread
    said = count_text(len(answer.specs), "combination", "combinations")
    if spread.empty:
        said += f", of which {spread.empty} left nothing to analyse"
    if spread.unlike:
        said += f", and {spread.unlike} are in a measure of another scale"
    idle = " and ".join(answer.idle)
    return f"{said}; no difference was made by {idle}" if idle else said


def short_text(answer: Answer | None) -> str:
    """Return the range of answers of one headline and its verdict, for a line on top."""
    if answer is None or not answer.spread.analyses:
        return NOT_CHOSEN if answer is None else "no choice leaves anything to analyse"
    spread = answer.spread
    put = span_text(answer, spread.lowest, spread.highest)
    beyond = of_text(spread.beyond, spread.analyses)
    return (
        f"the answer lies at {put}; that there are {side_text(answer)} is shown in {beyond}; the "
        f"book's conclusion {spread.verdict}"
    )


def summary_text(answer: Answer | None) -> str:
    """Return all that is said of one headline: how robust, what moves it, what was tried."""
    if answer is None:
        return NOT_CHOSEN
    said = [robust_text(answer), mover_text(answer), chosen_text(answer)]
    return ". ".join(each[0].upper() + each[1:] for each in said) + "."


def tally_text(answers: Mapping[str, Answer]) -> str:
    """Return how many conclusions hold, hold in direction only, or do not hold."""
    by = {
        verdict: [each for each in answers.values() if each.spread.verdict == verdict]
        for verdict in (HOLDS, DIRECTION, OPEN)
    }
    null = sum(book_place(each) == 0 for each in by[HOLDS])
    said = f"Of {count_text(len(answers), 'conclusion')}, {len(by[HOLDS])} hold under nearly every "
    said += f"choice ({null} of them because no effect is shown), {len(by[DIRECTION])} hold in "
    said += f"direction only, and {len(by[OPEN])} do not hold"
    names = "; ".join(each.headline.name for each in by[OPEN])
    return f"{said} ({names})" if names else said


def fragile_text(found: Mapping[str, Fragility | None]) -> str:
    """Return in how many results one patient would be enough, of those that count patients."""
    counted = [each for each in found.values() if each is not None]
    one = sum(each.fewest == 1 for each in counted)
    if not counted:
        return "no result shown here counts patients"
    return f"in {one} of the {len(counted)} results that count patients"


def combinations(answers: Mapping[str, Answer]) -> int:
    """Return how many combinations of choices were tried in all."""
    return sum(len(each.specs) for each in answers.values())


def fragility_text(found: Fragility | None) -> str:
    """Return how many patients decide, in words."""
    if found is None:
        return "not defined: no counts of patients"
    if found.fewest is None:
        return f"no number of patients (of {found.n})"
    return f"{count_text(found.fewest, 'patient', 'patients')} of {found.n}"


def range_rows(answers: Mapping[str, Answer]) -> pd.DataFrame:
    """Return each headline's range in times of its threshold, the side in question above 0.

    Returns
    -------
    DataFrame
        `name, lowest, low, median, high, highest, book`.
    """
    names = ["lowest", "low", "median", "high", "highest", "book"]
    rows = []
    for answer in answers.values():
        by = answer.headline.sign / answer.threshold
        values = [getattr(answer.spread, name) * by for name in names]
        if by < 0:
            values[:5] = values[4::-1]
        rows.append({"name": answer.headline.name} | dict(zip(names, values, strict=True)))
    return pd.DataFrame(rows, columns=["name", *names])
