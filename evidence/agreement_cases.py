"""Our value and R's, side by side, for every result of R that is pinned in tests/reference."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from evidence.asymmetry import egger
from evidence.bayes import bayes
from evidence.effects import escalc
from evidence.effects_columns import Floats
from evidence.glmm import glmm
from evidence.heterogeneity import heterogeneity_intervals
from evidence.influence import cumulative, influence, leave_one_out
from evidence.metareg import metareg
from evidence.mh import mantel_haenszel, peto
from evidence.nnt import nnt_from_rd
from evidence.pooling import PooledEffect, pool
from evidence.proportions import METHODS as PROPORTION_METHODS
from evidence.proportions import proportion_ci
from evidence.riskdiff import METHODS as RD_METHODS
from evidence.riskdiff import risk_difference_ci

REFERENCE = Path(__file__).resolve().parents[1] / "tests" / "reference"

BINARY = {"ai": "event_e", "n1i": "n_e", "ci": "event_c", "n2i": "n_c"}
ONE_GROUP = {"xi": "event", "ni": "n"}
MEANS = {"m1i": "mean_e", "sd1i": "sd_e", "n1i": "n_e", "m2i": "mean_c", "sd2i": "sd_c"}
MEANS |= {"n2i": "n_c"}
PAIRS = {"m1i": "mean_post", "sd1i": "sd_post", "m2i": "mean_pre", "sd2i": "sd_pre", "ni": "n"}
#: What the columns of an escalc file are called here, by the end of the file's name.
NAMES = {"2x2": BINARY, "prop": ONE_GROUP, "cont": MEANS, "change": PAIRS, "cor": {"ni": "n"}}
PRIORS = {"halfnormal": "half-normal", "halfcauchy": "half-cauchy"}
#: The two forms of the GLMM that the book offers; the others are pinned and not compared.
HIGH_PRECISION = r"hp\.glmm\.(PLO|OR\.UM\.FS)"
OF_METAFOR = r"glmm\.(PLO|OR\.UM\.FS)\.tight\.nAGQ25"
Results = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pair:
    """Our values and the pinned ones of one case.

    Attributes
    ----------
    ours, pinned : ndarray
        Same shape; NaN where R has none.
    floor : ndarray or float
        A difference is taken relative to the pinned value, or to this where it is larger: the
        standard error for an estimate or a bound, which may lie next to zero by chance.
    """

    ours: Floats
    pinned: Floats
    floor: Floats | float = 0.0


@dataclass(frozen=True, slots=True)
class Case:
    """One pinned call: its file, id and results, and the data it was made from."""

    file: str
    id: str
    results: Results
    columns: pd.DataFrame
    call: str

    @property
    def fit(self) -> dict[str, Any]:
        """The method and test at the end of the id, FE under its newer name."""
        *_, method, test = self.id.split(".")
        return {"method": "EE" if method == "FE" else method, "test": test}

    def named(self, names: dict[str, str]) -> pd.DataFrame:
        """Return the data under the book's names."""
        kept = [column for column in self.columns if column in (*names, "ri")]
        return self.columns[kept].rename(columns=names)


@cache
def _read(path: Path) -> Results:
    found: Results = json.loads(path.read_text("utf-8"))
    return found


def cases(files: str, wanted: str, folder: Path = REFERENCE) -> Iterator[Case]:
    """Yield the pinned cases of all files whose name fits, and whose id fits `wanted`.

    Parameters
    ----------
    files : str
        Pattern of file names, such as ``"*_uni*"``.
    wanted : str
        Regular expression for the whole id of a case.
    folder : pathlib.Path, optional
        Where the files are.

    Raises
    ------
    ValueError
        If no case fits: a table of agreement must not shrink unseen.
    """
    found = False
    for path in sorted(folder.glob(f"{files}.json")):
        data = _read(path)
        columns = pd.DataFrame((data.get("dataset") or {}).get("columns") or {})
        for case in data["cases"]:
            if re.fullmatch(wanted, case["id"]):
                found = True
                yield Case(path.stem, case["id"], case["results"], columns, case.get("call", ""))
    if not found:
        raise ValueError(f"files must hold a pinned case; none of {files} in {folder} fits")


def numbers(values: object) -> Floats:
    """Return pinned values as floats: R's NA and a missing component are NaN."""
    array = np.atleast_1d(np.array(values, object))
    read = [np.nan if v is None or v == "NA" else float(v) for v in array.ravel()]
    return np.array(read).reshape(array.shape)


def _pair(ours: object, pinned: object, floor: Floats | float = 0.0) -> Pair:
    return Pair(numbers(ours), numbers(pinned), floor)


def effect_pairs() -> Iterator[Pair]:
    """Yield effects and variances of `escalc`."""
    for case in cases("*_escalc_*", ".*"):
        word = case.id.split(".", 1)[1].removesuffix(".LS")
        found = re.fullmatch(r"([A-Z]+?)(?:(?=add|to|drop)(.*))?", word)
        measure, rule = found.groups() if found else (word, None)
        key, _, value = (rule or "").partition("=")
        rules: Results = {"add": {"add": 0.1}, "drop00": {"drop00": True}, "to": {"to": value}}
        effects = escalc(
            case.named(NAMES[case.file.rsplit("_", 1)[1]]), measure, **rules.get(key, {})
        )
        vi = effects["vi"].to_numpy()
        yield _pair(effects["yi"], case.results["yi"], np.sqrt(np.nan_to_num(vi)))
        yield _pair(vi, case.results["vi"])


def _pooled_pairs(fit: PooledEffect, r: Results, tau2_floor: float) -> Iterator[Pair]:
    predict = r["predict"]
    yield _pair([fit.estimate, *fit.ci], [r[key][0] for key in ("beta", "ci_lb", "ci_ub")], fit.se)
    bounds = [np.ravel(predict[key])[0] for key in ("pi_lb", "pi_ub")]
    yield _pair([*(fit.pi or (None, None))], bounds, fit.se)
    yield _pair(
        [fit.se, fit.p, fit.q, fit.q_p, fit.h2],
        [r["se"][0], r["pval"][0], r["QE"], r["QEp"], r["H2"]],
    )
    yield _pair(fit.tau2, r["tau2"], tau2_floor)
    yield _pair(fit.i2, r["I2"], 100.0)


def _tau2_floor(effects: pd.DataFrame) -> float:
    return 1e-3 * float(effects["yi"].var())


def pool_pairs(method: str) -> Iterator[Pair]:
    """Yield all that `pool` returns under one method of tau2, for three tests."""
    pinned = "(EE|FE)" if method == "EE" else method
    for case in cases("*_uni*", rf"rma\.{pinned}\.\w+"):
        yield from _pooled_pairs(
            pool(case.columns[["yi", "vi"]], **case.fit), case.results, _tau2_floor(case.columns)
        )


def q_profile_pairs() -> Iterator[Pair]:
    """Yield the Q-profile bounds of tau2, I2 and H2."""
    for case in cases("*_uni*", r"confint_qp\..*"):
        found = heterogeneity_intervals(case.columns[["yi", "vi"]])
        floors = {"tau2": _tau2_floor(case.columns), "I2": 100.0, "H2": 1.0}
        for name, floor in floors.items():
            pinned = case.results[name]
            yield _pair([*getattr(found, name.lower())], [pinned["lb"], pinned["ub"]], floor)


def table_pairs() -> Iterator[Pair]:
    """Yield Mantel-Haenszel and Peto results."""
    for case in cases("*_mh_peto", r"(mh|peto).*"):
        r, frame = case.results, case.named(BINARY)
        fit = peto(frame) if case.id.startswith("peto") else mantel_haenszel(frame, r["measure"])
        yield _pair([fit.estimate, *fit.ci], [r["beta"], r["ci_lb"], r["ci_ub"]], fit.se)
        yield _pair([fit.se, fit.p], [r["se"], r["pval"]])


def moderator_pairs() -> Iterator[Pair]:
    """Yield coefficients, their errors and tests, and tau2 of meta-regressions."""
    for files in ("*_metareg*", "*_subgroup*"):
        for case in cases(files, r"metareg\..*"):
            frame, names, intercept = _moderators(case)
            fit = metareg(frame, names, intercept=intercept, **case.fit)
            found, r = fit.coefficients, case.results
            for ours, theirs in (("estimate", "beta"), ("ci_lb", "ci_lb"), ("ci_ub", "ci_ub")):
                yield _pair(found[ours], r[theirs], found["se"].to_numpy())
            yield _pair(found["se"], r["se"])
            yield _pair([fit.q, fit.q_m], [r["QE"], r["QM"]])
            yield _pair(fit.tau2, r["tau2"], _tau2_floor(frame))


def _moderators(case: Case) -> tuple[pd.DataFrame, list[str], bool]:
    frame = case.columns[~(case.columns == "NA").any(axis=1)]
    formula = case.call.split("mods=~ ")[1].split(", data")[0]
    names = [term.strip() for term in formula.removesuffix(" - 1").split("+")]
    factors = {n: n[len("factor(") : -1] for n in names if n.startswith("factor")}
    frame = frame.astype(dict.fromkeys(factors.values(), "category"))
    return frame, [factors.get(n, n) for n in names], not formula.endswith("- 1")


def sensitivity_pairs() -> Iterator[Pair]:
    """Yield leave-one-out and cumulative fits, row by row."""
    for case in cases("*_sens_*", r"(leave1out|cumul).*"):
        if case.id.startswith("leave1out"):
            table = leave_one_out(case.columns, **case.fit)
        else:
            order = "year" if case.id.startswith("cumul_order.year") else None
            table = cumulative(case.columns, order=order, **case.fit)
        for name in ("estimate", "ci_lb", "ci_ub"):
            yield _pair(table[name], case.results[name], table["se"].to_numpy())
        yield _pair(table["se"], case.results["se"])


def influence_pairs() -> Iterator[Pair]:
    """Yield influence diagnostics; they count in SDs or shares, so differences are absolute."""
    names = {"rstudent": "rstudent", "dffits": "dffits", "cooks": "cook_d", "cov_r": "cov_r"}
    for case in cases("*_sens_*", r"influence\..*"):
        table = influence(case.columns, **case.fit)
        for ours, theirs in (names | {"hat": "hat"}).items():
            yield _pair(table[ours], case.results[theirs], 1.0)


def egger_pairs() -> Iterator[Pair]:
    """Yield slope and limit of Egger's test."""
    for case in cases("*_bias*", r"egger_.*"):
        r, lm = case.results, case.id == "egger_lm.sei"
        fit = egger(case.columns) if lm else egger(case.columns, model="rma", **case.fit)
        pinned = [r["fit_beta"][1], r["est"], r["ci_lb"], r["ci_ub"]]
        yield _pair([fit.slope, fit.limit, *fit.limit_ci], pinned, fit.se)
        yield _pair([fit.statistic, fit.p], [r["zval"], r["pval"]])


def glmm_pairs(wanted: str) -> Iterator[Pair]:
    """Yield binomial-normal models against the cases whose id fits."""
    for case in cases("*_glmm*", wanted):
        one = "xi" in case.columns
        fit = glmm(case.named(ONE_GROUP if one else BINARY), "PLO" if one else "OR")
        r = case.results
        yield _pair([fit.estimate, fit.se], [np.ravel(r["beta"])[0], np.ravel(r["se"])[0]])
        yield _pair(fit.tau2, r["tau2"], 1e-3)


def bayes_pairs() -> Iterator[Pair]:
    """Yield posterior means, medians and equal-tailed limits."""
    for case in cases("*_bayes_*", ".*"):
        family, scale = case.id.split(".", 3)[2:]
        fit = bayes(case.columns[["yi", "vi"]], prior_tau=(PRIORS[family], float(scale)))
        for name in ("mu", "theta_new", "tau"):
            of, r = getattr(fit, name), case.results[name]
            known = {key: v for key, v in r.items() if v is not None}
            ours = {"mean": of.mean, "sd": of.sd, "median": of.median}
            ours |= {"lo95": of.equal_tailed.lb, "hi95": of.equal_tailed.ub}
            yield _pair(
                [ours[key] for key in ours if key in known], [known[k] for k in ours if k in known]
            )


def proportion_pairs() -> Iterator[Pair]:
    """Yield the intervals of one proportion."""
    pinned = {name: name.replace("-", "_") for name in PROPORTION_METHODS} | {"mid-p": "midp"}
    for raw in _read(REFERENCE / "prop_ci.json")["cases"]:
        for name, key in pinned.items():
            ours = proportion_ci(raw["x"], raw["n"], name, 100 * raw["level"])
            yield _pair([*ours], raw["results"][key], 1e-4)


def difference_pairs() -> Iterator[Pair]:
    """Yield the intervals of a risk difference, and the NNTs read off them."""
    for raw in _read(REFERENCE / "rd_ci_nnt.json")["cases"]:
        r, level = raw["results"], 100 * raw["level"]
        for name in RD_METHODS:
            ours = risk_difference_ci(raw["x1"], raw["n1"], raw["x2"], raw["n2"], name, level)
            yield _pair([*ours], r[name.replace("-", "_")], 1e-4)
        for key, view in r["nnt"].items():
            interval, better = key.split(".")
            yield _pair(nnt_from_rd(r["rd"], r[interval], better).value, float(view["nnt"]))
