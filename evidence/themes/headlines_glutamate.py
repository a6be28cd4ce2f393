"""The headline results on glutamate itself: headache after MSG, and plasma in migraine."""

from evidence.data import load
from evidence.robustness import crossed
from evidence.themes import headline_choices as choose
from evidence.themes import msg, tissues
from evidence.themes.headline import BIOMARKERS, Headline, headline
from evidence.themes.headline_choices import ORIGINS


def msg_without_food(level: float) -> Headline:
    """Return headache after MSG without food against control."""
    return _msg("without food", level)


def msg_with_food(level: float) -> Headline:
    """Return headache after MSG with food against control."""
    return _msg("with food", level)


def _msg(food: str, level: float) -> Headline:
    found = {
        name: msg.provocations(food, origin=origin, level=level) for name, origin in ORIGINS.items()
    }
    data = []
    for choices in crossed(studies=("all", "random order only"), origin=ORIGINS):
        rows = found[choices["origin"]]
        drawn = rows["design"].astype(str).str.startswith("randomised")
        data.append((choices, rows if choices["studies"] == "all" else rows[drawn]))
    made = choose.trials(data, ("RR", "OR", "RD"), level=level)
    about = (f"msg_headache_{food.replace(' ', '_')}", BIOMARKERS, "points", "RR")
    outcome = msg.PROVOKED[food]
    return headline(*about, outcome=outcome, rows=data[0][1], universes=made, harm=True)


def plasma(_: float) -> Headline:
    """Return glutamate in plasma, people with migraine against healthy people."""
    unlabelled = load("biomarkers").query("tissue == 'plasma' and spread == 'unlabelled'")
    place = {"condition": "migraine", "tissue": "plasma"}
    found = {name: tissues.measured(origin=origin, **place) for name, origin in ORIGINS.items()}
    data = []
    for choices in crossed(
        studies=("all", "without medians"),
        spread=("unlabelled read as SD", "unlabelled read as SE"),
        origin=ORIGINS,
    ):
        rows = found[choices["origin"]]
        converted = rows["converted"].astype(str).str.startswith("median")
        rows = rows if choices["studies"] == "all" else rows[~converted]
        if choices["spread"].endswith("SE"):
            rows = choose.spread_as_se(rows, unlabelled["study"])
        data.append((choices, rows))
    made = choose.pooled_by_measure(data, ("SMD", "ROM"))
    about = ("plasma_glutamate_migraine", BIOMARKERS, "deviations", "SMD")
    return headline(*about, outcome=None, rows=data[0][1], universes=made)
