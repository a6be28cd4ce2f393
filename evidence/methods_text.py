"""The methods of the book in words, and what was found about them."""

import inspect
import re
from collections.abc import Callable, Iterable
from html import escape

import numpy as np
import pandas as pd

from evidence.pooling import pool
from evidence.references import References
from evidence.small_samples import EXCESS, GRANTED, Verdict
from evidence.tables import Table
from evidence.text import EMPTY, count_text, number_text, percent_text

#: Word in the parameters, what it does, when to use it.
ESTIMATORS = {
    "EE": ("Takes all studies to share one effect.", "Only when a common effect is believable."),
    "DL": ("Works tau² out in one step from Q.", "To repeat older reviews; too low with few."),
    "PM": ("Raises tau² until Q is what chance would give.", "A sound second choice."),
    "REML": ("The likeliest tau², allowing for the mean being estimated.", "The book's default."),
    "ML": ("The likeliest tau² without that allowance; too low with few.", "To compare models."),
    "HS": ("An average of squared distances; too low with few.", "To repeat older reviews."),
    "SJ": ("Starts from a guess above zero and corrects it; tends high.", "As a cautious check."),
    "EB": ("Solves the equation of PM by another road.", "To repeat reviews that used it."),
}
INTERVALS = {
    "z": (
        "Takes tau² as known exactly.",
        "With dozens of studies. With few it is too narrow.",
    ),
    "knha": (
        "Widens by how far studies scatter, and for their small number (Knapp and Hartung).",
        "With several unlike studies. Far too narrow when a few agree by chance.",
    ),
    "adhoc": (
        "As knha, but never lets close agreement shrink it.",
        "When being wrong is worse than finding nothing.",
    ),
    "hybrid": (
        "Works out z and knha and takes the wider.",
        "With few small studies.",
    ),
}
OTHERS = {
    "prediction interval": (
        "Where the true effect of the next study may lie.",
        "Always, beside the interval of the mean. It is the one that speaks of the next clinic.",
    ),
    "GLMM": (
        "Models the counts themselves; needs no correction for zero.",
        "When events are rare. Its own interval takes tau² as known, so it too is narrow.",
    ),
    "Bayes": (
        "Adds a stated belief about how much studies can differ.",
        "Beside the default when studies are few. What it says depends on the belief.",
    ),
    "Mantel-Haenszel, Peto": (
        "Pools tables as if all shared one effect.",
        "Rare events, and trials very much alike.",
    ),
    "plain sum": (
        "Adds up events and patients as if of one study.",
        "Never for an answer; shown because reviews do it.",
    ),
    "interval of one proportion": (
        "Wilson, Clopper-Pearson and others, from the counts of one group.",
        "For one study at a time.",
    ),
    "interval of a risk difference": (
        "Newcombe, Miettinen-Nurminen: made for small groups and zero cells.",
        "For one trial at a time, and for the NNT of it.",
    ),
    "NNT": (
        "A risk difference turned over. Where that holds zero, the NNT runs from benefit "
        "through infinity to harm.",
        "From randomised comparisons only, with the baseline risk and the time.",
    ),
    "SWiM": (
        "Counts directions of effect and shows them; pools nothing.",
        "When studies measure different things or print no usable numbers.",
    ),
}
#: What a reader knows the simulated intervals by, where their own label would not tell.
LABELS = {
    "summed wilson": "plain sum (Wilson)",
    "PFT DL z": "DL z, Freeman-Tukey",
}
HEADERS = {"tau": "tau {}", "k": "{} studies"}


def words_table(rows: dict[str, tuple[str, str]], caption: str, *, name: str = "method") -> Table:
    """Return a table of names, what each does, and when to use it."""
    frame = pd.DataFrame(
        [(key, *words) for key, words in rows.items()], columns=[name, "what it does", "when"]
    )
    return Table(frame, caption)


def failed_text(tables: Iterable[pd.DataFrame], interval: str) -> str:
    """Return the share of data sets without an interval, from the lowest to the highest."""
    return range_text(pd.concat(list(tables)), interval, "failed")


def share_text(share: float, error: float) -> str:
    """Return a coverage with its Monte Carlo standard error, such as "95.1% (0.5)"."""
    if pd.isna(share):
        return EMPTY
    return f"{percent_text(share, 1)} ({number_text(100 * error, 1)})"


def coverage_table(
    found: pd.DataFrame, caption: str, *, across: str = "tau", show: str = "coverage"
) -> Table:
    """Return a row an interval and a column a value of `across`.

    Parameters
    ----------
    found : pandas.DataFrame
        From :func:`evidence.coverage.coverage`, of scenarios that differ in `across` only.
    caption : str
    across : {"tau", "k"}
        Column of `found` that becomes columns.
    show : {"coverage", "width", "failed", "excludes_zero"}
        What the cells hold.
    """
    if show == "coverage":
        cells = [
            share_text(*pair) for pair in zip(found["coverage"], found["coverage_se"], strict=True)
        ]
    elif show == "width":
        cells = [_width_text(*pair) for pair in zip(found["width"], found["n_c"], strict=True)]
    else:
        cells = [percent_text(share, 0) for share in found[show]]
    rows = found.assign(cell=cells)
    wide = rows.pivot(index="interval", columns=across, values="cell").fillna(EMPTY)
    wide = wide.loc[rows["interval"].unique()].reset_index()
    head = HEADERS[across]
    wide.columns = [
        name if name == "interval" else head.format(f"{float(name):g}") for name in wide.columns
    ]
    wide["interval"] = wide["interval"].replace(LABELS)
    return Table(wide, caption)


def _width_text(width: float, n_c: object) -> str:
    """Return a width: in points of a percentage for one arm, as upper over lower odds for two."""
    if pd.isna(width):
        return EMPTY
    return f"{number_text(100 * width, 0)} points" if n_c is None else f"{np.exp(width):.1f} times"


def range_text(found: pd.DataFrame, interval: str, column: str = "coverage") -> str:
    """Return the lowest and highest share of an interval, such as "63% to 95%"."""
    own = found.loc[found["interval"] == interval, column].dropna()
    if own.empty:
        return "not known"
    low, high = percent_text(own.min()), percent_text(own.max())
    return low if low == high else f"{low} to {high}"


def verdict_table(verdict: Verdict) -> Table:
    """Return what the rule saw of each candidate."""
    frame = verdict.frame
    shown = pd.DataFrame(
        {
            "interval": frame["interval"],
            "lowest coverage": [percent_text(share, 1) for share in frame["lowest"]],
            "holds": frame["holds"],
            "lowest when trials agree": [percent_text(share, 1) for share in frame["agreeing"]],
            "holds there": frame["holds_agreeing"],
            "width": [f"{number_text(width, 2)} times" for width in frame["width"]],
            "chosen": frame["interval"].eq(verdict.interval or ""),
        }
    )
    return Table(shown, "What the rule saw", {"width": "width (of the narrowest)"})


def verdict_text(verdict: Verdict) -> str:
    """Return which interval the rule chooses, and whether it is the book's default."""
    default = default_interval()
    if verdict.interval is None:
        return f"no interval passes both tests here; the book's default is {default}"
    said = f"the rule chooses {verdict.interval}"
    same = verdict.interval == default
    return f"{said}, which is the book's default" if same else f"{said}; the book's is {default}"


def default_interval() -> str:
    """Return method and test that `pool` uses unless told otherwise, such as "REML hybrid"."""
    parameters = inspect.signature(pool).parameters
    return f"{parameters['method'].default} {parameters['test'].default}"


def rule_text(level: float) -> str:
    """Return the two thresholds of the rule at a level, in words."""
    miss = f"{100 - level:.3g}"
    most = f"{min(100.0, EXCESS * (100 - level)):.3g}"
    return (
        f"an interval may miss {miss} in a hundred, and {most} where trials agree; "
        f"{number_text(GRANTED, 0)} standard errors of the simulation are granted"
    )


def scenarios_text(found: pd.DataFrame) -> str:
    """Return how many scenarios were simulated, with how many data sets each."""
    shapes = found[["n", "n_c", "p", "tau", "log_or"]].astype(str).drop_duplicates()
    replicates = found["replicates"].unique()
    sets = " or ".join(f"{int(count):,}" for count in sorted(replicates, reverse=True))
    return f"{count_text(len(shapes), 'scenario')} of {sets} data sets each"


def sources_of(functions: Iterable[Callable[..., object]]) -> References:
    """Return the papers that the docstrings of functions name, each once, by author.

    Raises
    ------
    ValueError
        If a function names none.
    """
    items: set[str] = set()
    for function in functions:
        _, _, section = (inspect.getdoc(function) or "").partition("References\n----------\n")
        found = re.split(r"\.\. \[\d+\]\s*", section)[1:]
        if not found:
            raise ValueError(f"functions must name their sources; {function.__name__} has none")
        found[-1] = re.split(r"\n\n\w+\n-", found[-1])[0]
        items |= {_linked(" ".join(entry.split())) for entry in found}
    return References(tuple(sorted(items)))


def _linked(entry: str) -> str:
    text, doi = re.fullmatch(r"(.*?)(?:\s*doi:(\S+?)\.?)?", entry).groups()  # type: ignore[union-attr]
    if not doi:
        return escape(text)
    return f'{escape(text)} <a href="https://doi.org/{escape(doi)}">doi:{escape(doi)}</a>.'
