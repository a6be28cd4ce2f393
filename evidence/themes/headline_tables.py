"""How robust each headline is, in tables."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from evidence.data import load
from evidence.fragility import Fragility
from evidence.robustness import placed
from evidence.robustness_scale import KINDS
from evidence.tables import Table
from evidence.text import EMPTY, number_text, percent_text
from evidence.themes.certainty import certainty_of
from evidence.themes.headline import Headline
from evidence.themes.headline_answers import Answer
from evidence.themes.headline_text import (
    book_place,
    conclusion_text,
    fragility_text,
    span_text,
    value_text,
)
from evidence.themes.headlines import NO_NUMBER

BENEFIT = {"higher": "more is better", "lower": "fewer is better", "": "neither"}


def headlines_table(headlines: Mapping[str, Headline], caption: str) -> Table:
    """Return one row a headline: where it stands, on how many studies and people it rests."""
    rows = [
        {
            "result": each.name,
            "chapter": each.chapter,
            "studies": len(each.rows),
            "people": _people(each.rows),
            "measure": each.measure,
            "benefit": BENEFIT[each.better],
            "source": ", ".join(each.rows["source"]) if "source" in each.rows else "",
        }
        for each in headlines.values()
    ]
    return Table(pd.DataFrame(rows), caption)


def _people(rows: pd.DataFrame) -> int | None:
    sizes = ["n"] if "event" in rows else ["n_e", "n_c"]
    return int(rows[sizes].astype(float).to_numpy().sum()) if set(sizes) <= set(rows) else None


def no_number_table(caption: str) -> Table:
    """Return the judged results without an effect, and why no choice of method applies."""
    themes = load("certainty").drop_duplicates("result").set_index("result")["theme"]
    rows = [
        {
            "result": key.replace("_", " "),
            "chapter": themes[key],
            "certainty": certainty_of(key),
            "why not here": reason,
        }
        for key, reason in NO_NUMBER.items()
    ]
    return Table(pd.DataFrame(rows), caption)


def curve_of(answer: Answer | None) -> dict[str, Any]:
    """Return what the specification curve draws; nothing where the headline was not chosen."""
    if answer is None:
        nothing = pd.DataFrame({"value": [], "lb": [], "ub": []})
        return {"specs": nothing, "book": None, "choices": (), "name": "", "null": 0.0, "unit": ""}
    drawn = answer.specs.dropna(subset=["value"])
    choices = tuple(name for name in answer.choices if drawn[name].nunique() > 1)
    headline = answer.headline
    about = {"name": headline.name, "null": answer.null, "unit": KINDS[headline.kind]}
    return {"specs": answer.specs, "book": answer.book, "choices": choices} | about


def overview_table(answers: Mapping[str, Answer], caption: str) -> Table:
    """Return one row a headline: the range of answers, how many agree, and the verdict."""
    rows = [
        {
            "result": each.headline.name,
            "analyses": each.spread.analyses,
            "the book": value_text(each, each.book["value"]),
            "lowest to highest": span_text(each, each.spread.lowest, each.spread.highest),
            "interval": conclusion_text(book_place(each), each),
            "agree with it": percent_text(_agreeing(each)),
            "conclusion": each.spread.verdict,
        }
        for each in answers.values()
    ]
    columns = ["result", "analyses", "the book", "lowest to highest"]
    columns += ["interval", "agree with it", "conclusion"]
    return Table(pd.DataFrame(rows, columns=columns), caption, {"interval": "the book's interval"})


def _agreeing(answer: Answer) -> float:
    known = answer.specs[answer.specs["k"] > 0]
    if known.empty:
        return float("nan")
    return float(np.mean(placed(known, answer.null) == book_place(answer)))


def movers_table(answers: Mapping[str, Answer], caption: str) -> Table:
    """Return every choice of every headline, and how far it moves answer and conclusion."""
    rows = []
    for answer in answers.values():
        for move in answer.moves.to_dict("records"):
            row = {"result": answer.headline.name, "choice": move["choice"]}
            row["medians"] = span_text(answer, move["low_median"], move["high_median"])
            row["share of variance"] = percent_text(move["variance"])
            row["conclusions that turn"] = percent_text(move["verdicts"])
            rows.append(row)
    columns = ["result", "choice", "medians", "share of variance", "conclusions that turn"]
    return Table(
        pd.DataFrame(rows, columns=columns), caption, {"medians": "lowest to highest median"}
    )


def levels_table(answer: Answer | None) -> Table:
    """Return one row a level of each choice: the numbers of the specification curve."""
    columns = ["choice", "level", "analyses", "median", "range", "excludes no effect"]
    rows = []
    for choice in answer.choices if answer else ():
        assert answer is not None
        known = answer.specs[answer.specs["k"] > 0]
        for level, part in known.groupby(choice, sort=False):
            own = " (the book)" if answer.book[choice] == level else ""
            excludes = float(np.mean(placed(part, answer.null) != 0))
            low, high = part["value"].min(), part["value"].max()
            median = value_text(answer, part["value"].median())
            row = [choice, f"{level}{own}", len(part), median, span_text(answer, low, high)]
            rows.append(dict(zip(columns, [*row, percent_text(excludes)], strict=True)))
    names = {"range": "lowest to highest", "excludes no effect": "interval excludes no effect"}
    caption = "The answers for each choice"
    caption = f"{answer.headline.name}, {caption.lower()}" if answer else caption
    return Table(pd.DataFrame(rows, columns=columns), caption, names)


def fragility_table(
    found: Mapping[str, Fragility | None], answers: Mapping[str, Answer], caption: str
) -> Table:
    """Return one row a headline: what is shown, and how few patients would turn it."""
    rows = []
    for key, each in found.items():
        walsh = None if each is None else each.walsh
        rows.append(
            {
                "result": answers[key].headline.name,
                "as it stands": _shown_text(each, answers[key]),
                "turned by": fragility_text(each),
                "index of Walsh": EMPTY if walsh is None else str(walsh),
            }
        )
    columns = ["result", "as it stands", "turned by", "index of Walsh"]
    return Table(pd.DataFrame(rows, columns=columns), caption)


def _shown_text(found: Fragility | None, answer: Answer) -> str:
    if found is None:
        return EMPTY
    if answer.headline.kind == "share":
        return f"{'' if found.shown else 'not '}shown to be above {value_text(answer, answer.null)}"
    return "a difference is shown" if found.shown else "no difference is shown"


def subsets_table(tables: Mapping[str, pd.DataFrame], answers: Mapping[str, Answer]) -> Table:
    """Return the answer of every subset of studies of every pooled headline."""
    rows = []
    for key, table in tables.items():
        for each in table.itertuples(index=False):
            row = {"result": answers[key].headline.name, "studies": each.studies}
            row["answer"] = value_text(answers[key], each.value)
            row["interval"] = span_text(answers[key], each.lb, each.ub)
            row["I²"] = EMPTY if each.k == 1 else f"{number_text(each.i2, 0)}%"
            rows.append(row)
    columns = ["result", "studies", "answer", "interval", "I²"]
    return Table(pd.DataFrame(rows, columns=columns), "Every subset of the pooled studies")
