"""The explorers of the book, made again from the data: what a page shows is held against these."""

from dataclasses import dataclass

import pandas as pd

from evidence.effects import escalc
from evidence.forest_table import forest_table
from evidence.nnt import nnt_at, nnt_from_rd
from evidence.pooling import pool
from evidence.scales import scale_of
from evidence.sentences import effect_text, heterogeneity_text, pi_text
from evidence.synthesis import NotPooled, proportion_rows
from evidence.tables import p_of
from evidence.text import p_text
from evidence.themes import comparators, migraine, msg, responders, single_arm, tissues
from evidence.themes import responders_absolute as absolute
from evidence.themes.responders_explorer import on_offer


@dataclass(frozen=True, slots=True)
class Truth:
    """An explorer of the book: where it stands, its studies, and what is ticked at first."""

    page: str
    key: str
    effects: pd.DataFrame
    shown: pd.DataFrame
    ticked: tuple[int, ...]
    label: str = "label"
    better: str = ""
    event: str = ""

    def words(self, positions, method="REML", test="hybrid"):
        """Return the rows of the table that the page is to show."""
        if len(positions) < 2:
            return {}
        fit = pool(self.effects.iloc[list(positions)], method=method, test=test)
        return {
            "pooled result": effect_text(fit),
            "prediction interval": pi_text(fit),
            "no effect": p_text(p_of(fit)),
            "heterogeneity": heterogeneity_text(fit),
        }

    def nnt(self, positions, percent, method="REML", test="hybrid"):
        """Return the number needed to treat, in words, at a share under control in percent."""
        where = f"{percent:g}%"
        rows = self.effects.iloc[list(positions)]
        fit = pool(rows, method=method, test=test)
        try:
            found = needed(fit, self.shown.iloc[list(positions)], percent / 100, self.better)
        except ValueError:
            name = scale_of(fit.measure).short
            return f"none: the {name} cannot hold where {where} {self.event}"
        cut = "; a bound is cut off at the limit of a risk" if found.truncated else ""
        return f"{found.label}{cut}, where {where} {self.event}"

    def alone(self, position):
        """Return a study by itself, as the figure of the page has it."""
        named = self.shown.assign(_name=self.effects[self.label].to_numpy())
        apart = NotPooled("", self.effects["measure"].iloc[0], 95.0)
        return forest_table(named, apart, "", label="_name").frame.iloc[position]


def needed(fit, shown, risk, better):
    """Return the NNT of a pooled effect; of one study, that of the interval which is shown."""
    if fit.measure != "RD":
        return nnt_at(fit, risk, better)
    estimate, ci = fit.estimate, fit.ci
    if fit.k == 1:
        estimate, ci = shown["yi"].iloc[0], tuple(shown[["ci_lb", "ci_ub"]].iloc[0])
    return nnt_from_rd(estimate, ci, better, baseline_risk=risk)


def truths():
    """Return every explorer of the book, with the default parameters of its chapter."""
    return [*of_glutamate(), of_migraine(), of_fibromyalgia(), *of_responders()]


def of_glutamate():
    page, all_of = "chapters/glutamate-biomarkers", tissues.measured()
    plasma = tissues.measured_effects(
        all_of[all_of["condition"].eq("migraine") & all_of["tissue"].eq("plasma")], "SMD"
    )
    free, fed = (
        msg.provoked_effects(msg.provocations(each)) for each in ("without food", "with food")
    )
    event = {"better": "lower", "event": "have a headache without MSG"}
    return [
        Truth(page, "plasma", plasma, plasma, every(plasma), "row"),
        Truth(page, "msg-without-food", free, free, every(free), **event),
        Truth(page, "msg-with-food", fed, fed, every(fed), **event),
    ]


def of_migraine():
    asked = {"drug": "memantine", "purpose": "preventive", "control": "placebo"}
    rows = migraine.comparison_rows("attack_frequency", **asked)
    return Truth("chapters/migraine-trials", "memantine-attacks", rows, rows, every(rows))


def of_fibromyalgia():
    theme, here = "fibromyalgia-trials", "fibromyalgia"
    keys = comparators.outcome_keys("response", 50, theme)
    rows = single_arm.single_arms(keys, theme=theme, condition=here, drug="ketamine")
    kept = tuple(i for i, extra in enumerate(single_arm.for_sensitivity(rows)) if not extra)
    key = "responders-without-control"
    return Truth(f"chapters/{theme}", key, escalc(rows, "PLO"), proportion_rows(rows), kept)


def of_responders():
    page, keys = "chapters/responders-and-nnt", responders.response_keys(50)
    sets = responders.alike(responders.comparison_rows(keys))
    effects = on_offer([absolute.compare(name, rows) for name, rows in sets.items()])
    memantine = effects["drug"].eq("memantine") & effects["condition"].eq("migraine")
    event = {"better": "higher", "event": "respond under control"}
    groups = responders.groups(responders.cohort_rows(keys))
    group = max(
        (each for each in groups.values() if not responders.why_apart(each)),
        key=lambda each: each["n"].sum(),
    )
    shares = Truth(page, "uncontrolled", escalc(group, "PLO"), proportion_rows(group), every(group))
    first = tuple(i for i, is_first in enumerate(memantine) if is_first)
    return [Truth(page, "controlled", effects, effects, first, **event), shares]


def every(rows):
    return tuple(range(len(rows)))


def made_up(path, key, explorer):
    """Write a page with one explorer and its data, as the book does."""
    bundle = explorer._repr_mimebundle_()
    (file,) = (data for name, data in bundle.items() if name.endswith("attachment+json"))
    (path / f"explorer-{key}.js").write_text(file["text"], "utf-8")
    html = bundle["text/html"].replace("attachment:", "")
    head = '<meta charset="utf-8"><title>t</title><link rel="stylesheet" href="explorer.css">'
    policy = "default-src 'none'; script-src 'self'; style-src 'self'"
    head += f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    page = f'<!doctype html><html lang="en">{head}<h1>t</h1>{html}'
    (path / "page.html").write_text(f'{page}<script src="explorer.js"></script>', "utf-8")
    return (path / "page.html").resolve().as_uri()
