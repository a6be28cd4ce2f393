"""Dose regimens side by side: what stands in one line of the chart, and what the reviews state."""

import pandas as pd

from evidence.checks import check_choice
from evidence.data import load
from evidence.interval import Interval
from evidence.units import dimensions, factor

#: Drugs by what they are here, in the order of the chart.
ROLES = {
    "NMDA receptor antagonists": (
        "ketamine",
        "memantine",
        "dextromethorphan",
        "amantadine",
        "magnesium",
    ),
    "Other glutamate drugs": ("tezampanel", "selurampanel", "raseglurant"),
    "Challenges": ("monosodium glutamate", "sodium chloride"),
    "Controls and rescue": ("midazolam", "valproate", "caffeine", "sumatriptan"),
}
DRUGS = tuple(drug for drugs in ROLES.values() for drug in drugs)
ROUTES = {
    "intravenous": "vein",
    "subcutaneous": "skin",
    "intranasal": "nose",
    "oral": "mouth",
    "intraperitoneal": "belly",
}
SHORT = {"monosodium glutamate": "MSG"}
KINDS = {"single dose": "once", "rate": "an hour", "daily dose": "a day"}
#: Routes of ketamine by which only part of it reaches the blood, with the word of `constants`.
ABSORBED = {"intranasal": "nose", "oral": "mouth"}


def dose_rows(doses: pd.DataFrame, drug: str = "all") -> pd.DataFrame:
    """Return the doses of a drug, or of all, named and in the order of the chart.

    Parameters
    ----------
    doses : pandas.DataFrame
        From :func:`evidence.doses.common_doses`.
    drug : str
        ``"all"`` or one of `DRUGS`.

    Returns
    -------
    pandas.DataFrame
        The rows, with `role`, `line` (drug, route and kind of dose in words), `by_review` (it
        is what a review states, of studies in general or of one that has a row of its own) and
        `label` (the study, or the review). Rows without a common dose come last in their line;
        what is in no role is among "Others".
    """
    check_choice("drug", drug, ["all", *DRUGS])
    role = {name: role for role, names in ROLES.items() for name in names}
    labels = load("studies").set_index("study")["label"]
    by_review = _by_review(doses)
    rows = doses.assign(
        role=doses["substance"].map(role).fillna("Others"),
        line=[
            ", ".join(
                [
                    SHORT.get(row.substance, row.substance),
                    ROUTES[row.route],
                    KINDS.get(row.kind, "activity"),
                ]
            )
            for row in doses.itertuples()
        ],
        by_review=by_review,
        label=doses["study"].map(labels).where(~by_review, doses["source"].map(_review)),
    )
    rows = rows.loc[_order(rows)]
    rows = rows if drug == "all" else rows[rows["substance"] == drug]
    return rows.reset_index(drop=True)


def _order(rows: pd.DataFrame) -> pd.Index:
    ranks = {"substance": DRUGS, "route": tuple(ROUTES), "kind": tuple(KINDS)}
    keys = rows.assign(
        **{
            name: rows[name].map({word: at for at, word in enumerate(words)})
            for name, words in ranks.items()
        }
    )
    by = ["substance", "route", "kind", "by_review", "low_common", "label"]
    return keys.sort_values(by, kind="stable").index


def converted(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that have a common dose."""
    return rows[rows["why_not"].isna()].reset_index(drop=True)


def counted(rows: pd.DataFrame) -> pd.DataFrame:
    """Return how the regimens came to common units, and why some did not: `what, regimens`."""
    words = {"per kg": "printed per kilogram", "weight assumed": "body weight assumed"}
    what = rows["basis"].map(words).fillna(rows["why_not"])
    order = [*words.values(), *dict.fromkeys(rows["why_not"].dropna())]
    counts = what.value_counts()
    return pd.DataFrame(
        [{"what": name, "regimens": int(counts.get(name, 0))} for name in order],
        columns=["what", "regimens"],
    )


def review_ranges(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the ranges that the reviews give, beside the doses of studies in the table.

    Parameters
    ----------
    rows : pandas.DataFrame
        From :func:`dose_rows`; may be empty.

    Returns
    -------
    pandas.DataFrame
        A row a range (a review's dose with two ends): `regimen, line, label, condition, low_common,
        high_common, unit_common`; the studies of the same line, in any condition, `studies`,
        `study_low`, `study_high`; and of them `outside`, those whose doses leave the range, and
        `same_condition`, those in the condition of the range.
    """
    known = converted(rows)
    ranges = known[known["by_review"] & (known["low_common"] < known["high_common"])]
    found = []
    for stated in ranges.itertuples():
        of_line = known[~known["by_review"] & (known["line"] == stated.line)]
        # A hair of room: the ends went through the same conversion, but not the same rounding.
        low, high = stated.low_common * (1 - 1e-9), stated.high_common * (1 + 1e-9)
        outside = (of_line["low_common"] < low) | (of_line["high_common"] > high)
        found.append(
            {
                "line": stated.line,
                "regimen": stated.regimen,
                "label": stated.label,
                "condition": stated.condition,
                "low_common": stated.low_common,
                "high_common": stated.high_common,
                "unit_common": stated.unit_common,
                "studies": of_line["study"].nunique(),
                "same_condition": of_line[of_line["condition"] == stated.condition][
                    "study"
                ].nunique(),
                "study_low": of_line["low_common"].min(),
                "study_high": of_line["high_common"].max(),
                "outside": of_line[outside]["study"].nunique(),
            }
        )
    columns = ["line", "label", "condition", "low_common", "high_common", "unit_common", "studies"]
    columns += ["same_condition", "study_low", "study_high", "outside", "regimen"]
    return pd.DataFrame(found, columns=columns)


def reaching_blood(rows: pd.DataFrame) -> pd.DataFrame:
    """Return doses of ketamine by nose and mouth, and what of them reaches the blood.

    Returns
    -------
    pandas.DataFrame
        A row a line of the chart: `line, regimens, low_common, high_common, unit_common,
        share_low, share_high` (percent, over the sources read) and `blood_low, blood_high` (the
        lowest dose by the lowest share, the highest by the highest). May be empty.
    """
    constants = load("constants")
    shares = constants[constants["quantity"] == "bioavailability of ketamine"]
    known = converted(rows)
    known = known[(known["substance"] == "ketamine") & known["route"].isin(list(ABSORBED))]
    groups = known.groupby(["line", "route", "unit_common"], sort=False, as_index=False)
    found = groups.agg(
        regimens=("regimen", "size"),
        low_common=("low_common", "min"),
        high_common=("high_common", "max"),
    )
    of_route = shares.groupby("subject").agg(low=("low", "min"), high=("high", "max"))
    subject = found["route"].map(ABSORBED)
    low, high = (subject.map(of_route[end]) for end in ("low", "high"))
    return found.assign(
        share_low=low,
        share_high=high,
        blood_low=found["low_common"] * low / 100,
        blood_high=found["high_common"] * high / 100,
    )


def chart_rows(rows: pd.DataFrame, drug: str) -> pd.DataFrame:
    """Return what the chart draws: `section, label, low, high, kind, by_review`.

    Of all drugs a line holds every dose of one drug, route and kind; of one drug, every dose has
    a line of its own study or review.
    """
    known = converted(rows)
    section, label = ("role", "line") if drug == "all" else ("line", "label")
    return pd.DataFrame(
        {
            "section": known[section],
            "label": known[label],
            "low": known["low_common"],
            "high": known["high_common"],
            "kind": known["kind"].map(KINDS),
            "by_review": known["by_review"],
        }
    )


def printed_doses(drug: str, unit: str, *conditions: str) -> Interval | None:
    """Return the lowest and highest dose that studies gave of a drug, for no body weight.

    Parameters
    ----------
    drug : str
        As in the table `regimens`.
    unit : str
        To bring the doses to; doses that would need a body weight or a time are left out.
    *conditions : str
        Only these; all by default.

    Returns
    -------
    Interval or None
        None where no dose fits.
    """
    rows = load("regimens")
    rows = rows[(rows["drug"] == drug) & rows["study"].notna()]
    rows = rows[rows["condition"].isin(conditions)] if conditions else rows
    rows = rows[rows["unit"].map(dimensions) == dimensions(unit)]
    scale = rows["unit"].map(lambda printed: float(factor(printed, unit)))
    return _span(rows["low"] * scale, rows["high"] * scale)


def regimen(key: str) -> Interval:
    """Return both ends of one regimen, as printed."""
    row = load("regimens").set_index("regimen").loc[key]
    return Interval(float(row["low"]), float(row["high"]))


def line_doses(rows: pd.DataFrame, line: str) -> Interval | None:
    """Return the lowest and highest dose of studies in one line of the chart, in common units.

    Parameters
    ----------
    rows : pandas.DataFrame
        From :func:`dose_rows`.
    line : str
        Such as "ketamine, vein, once".
    """
    known = converted(rows)
    known = known[(known["line"] == line) & ~known["by_review"]]
    return _span(known["low_common"], known["high_common"])


def dose_ratio(rows: pd.DataFrame, above: str, below: str) -> float:
    """Return how many times one regimen's common dose is another's, by their keys."""
    dose = rows.set_index("regimen")
    if dose.loc[above, "unit_common"] != dose.loc[below, "unit_common"]:
        raise ValueError(f"{above} and {below} must be doses of one kind")
    return float(dose.loc[above, "low_common"] / dose.loc[below, "low_common"])


def absorbed(subject: str) -> Interval:
    """Return how much ketamine by "nose" or "mouth" reaches the blood, percent."""
    rows = load("constants")
    rows = rows[(rows["quantity"] == "bioavailability of ketamine") & (rows["subject"] == subject)]
    return Interval(float(rows["low"].min()), float(rows["high"].max()))


def implied_weight_kg() -> float:
    """Return the body weight that a trial implies which printed one rate both ways, kg."""
    low = load("regimens").set_index("regimen")["low"]
    return float(low["schwenk2018_ketamine_rate"] / low["schwenk2018_ketamine_weight"])


def _by_review(doses: pd.DataFrame) -> pd.Series:
    """Return which doses are those of a review: their key is then that of the review."""
    kinds = load("sources").set_index("source")["kind"]
    keys = zip(doses["regimen"], doses["source"], strict=True)
    own = [key.startswith(source) for key, source in keys]
    return doses["study"].isna() | (
        pd.Series(own, doses.index, dtype=bool) & (doses["source"].map(kinds) == "review")
    )


def _span(low: pd.Series, high: pd.Series) -> Interval | None:
    return None if low.empty else Interval(float(low.min()), float(high.max()))


def _review(source: str) -> str:
    names = {"kalatharan2023": "Kalatharan 2023", "littlejohn2017": "Littlejohn 2017"}
    return f"{names.get(source, source)} (review)"
