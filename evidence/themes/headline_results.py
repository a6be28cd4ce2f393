"""The headline answers as entries of :mod:`evidence.results`."""

from collections.abc import Mapping

from evidence.fragility import Fragility
from evidence.results import Entries, count, number, share, truth, within, word
from evidence.robustness import DIRECTION, HOLDS, OPEN
from evidence.robustness_scale import KINDS
from evidence.themes.headline_answers import Answer
from evidence.themes.headline_text import book_place, combinations, conclusion_text


def robust(answer: Answer, meaning: str) -> Entries:
    """Return the numbers that say how robust a headline is.

    Parameters
    ----------
    answer : Answer
    meaning : str
        Of what.
    """
    unit, spread, book = KINDS[answer.headline.kind], answer.spread, answer.book
    like = spread.analyses - spread.unlike
    parts = {
        "_combinations": count(len(answer.specs), "combinations of choices", "combinations"),
        "_analyses": count(spread.analyses, "combinations with an answer", "analyses"),
        "_empty": count(spread.empty, "combinations that left nothing", "combinations"),
        "_unlike": count(spread.unlike, "analyses in a measure of another scale", "analyses"),
        "_book": number(spread.book, "the book's own answer", unit),
        "_book_lb": number(book["lb"], "the book's lower bound", unit),
        "_book_ub": number(book["ub"], "the book's upper bound", unit),
        "_lowest": number(spread.lowest, "lowest answer", unit),
        "_highest": number(spread.highest, "highest answer", unit),
        "_median": number(spread.median, "median answer", unit),
        "_like": count(like, "analyses on the scale of the question", "analyses"),
        "_towards": share(spread.towards, "answers on the side in question"),
        "_towards_n": count(_counted(spread.towards, like), "the same, counted", "analyses"),
        "_beyond": share(spread.beyond, "analyses whose interval lies on that side"),
        "_beyond_n": count(_counted(spread.beyond, spread.analyses), "the same", "analyses"),
        "_enough": share(spread.enough, "answers that reach the threshold"),
        "_threshold": number(answer.threshold, "threshold", unit),
        "_conclusion": word(conclusion_text(book_place(answer), answer), "the book's conclusion"),
        "_verdict": word(spread.verdict, "whether that conclusion holds"),
    }
    return within(meaning, parts | _moves(answer, unit))


def _counted(part: float, n: int) -> float | None:
    return round(part * n) if n else None


def _moves(answer: Answer, unit: str) -> dict[str, Entries]:
    top = answer.moves.iloc[0].to_dict() if len(answer.moves) else {}
    turns = float(answer.moves["verdicts"].max()) if len(answer.moves) else None
    return {
        "_mover": word(top.get("choice"), "choice that moves the answer most"),
        "_mover_low": number(top.get("low_median"), "lowest median by that choice", unit),
        "_mover_low_level": word(top.get("low"), "level with the lowest median"),
        "_mover_high_level": word(top.get("high"), "level with the highest median"),
        "_mover_high": number(top.get("high_median"), "highest median by that choice", unit),
        "_turns": share(turns, "analyses whose conclusion the most decisive choice turns"),
    }


def fragility(found: Fragility | None, meaning: str) -> Entries:
    """Return how few patients decide; None where the headline counts none."""
    parts = {
        "_shown": truth(found.shown if found else None, "whether a difference is shown"),
        "_fewest": count(found.fewest if found else None, "patients that turn it", "people"),
        "_walsh": count(found.walsh if found else None, "fragility index of Walsh", "people"),
        "_n": count(found.n if found else None, "patients", "people"),
    }
    return within(meaning, parts)


def overall(
    answers: Mapping[str, Answer], found: Mapping[str, Fragility | None], meaning: str
) -> Entries:
    """Return how many headlines there are, how many hold, and in how many one patient decides."""
    counted = [each for each in found.values() if each is not None]
    verdicts = {"_hold": HOLDS, "_direction": DIRECTION, "_open": OPEN}
    parts = {"_k": count(len(answers), "all", "results")}
    for ending, verdict in verdicts.items():
        n = sum(each.spread.verdict == verdict for each in answers.values())
        parts[ending] = count(n, f"whose conclusion {verdict}", "results")
    null = [each for each in answers.values() if each.spread.verdict == HOLDS]
    parts["_hold_null"] = count(
        sum(book_place(each) == 0 for each in null), "that hold since no effect is shown", "results"
    )
    one = sum(each.fewest == 1 for each in counted)
    parts["_counted"] = count(len(counted), "that count patients", "results")
    parts["_one_patient"] = count(one, "that one patient would turn", "results")
    parts["_combinations"] = count(combinations(answers), "combinations tried", "combinations")
    return within(meaning, parts)
