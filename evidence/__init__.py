"""The science of the book, along one straight line.

data -> trials -> effects -> pooling -> synthesis -> sentences, tables, figures -> chapter

Imports point left only. Nothing here knows of notebooks, papermill or Sphinx.
"""

from evidence.asymmetry import egger
from evidence.bayes import bayes
from evidence.coverage import coverage
from evidence.data import load
from evidence.effects import escalc
from evidence.glmm import glmm
from evidence.influence import cumulative, influence, leave_one_out
from evidence.metareg import metareg
from evidence.mh import mantel_haenszel, peto
from evidence.multiverse import multiverse
from evidence.nnt import nnt, nnt_at, nnt_from_rd
from evidence.pooling import pool
from evidence.proportions import proportion_ci
from evidence.riskdiff import risk_difference_ci
from evidence.subgroups import subgroups
from evidence.subsets import subsets
from evidence.synthesis import synthesise

__all__ = [
    "bayes",
    "coverage",
    "cumulative",
    "egger",
    "escalc",
    "glmm",
    "influence",
    "leave_one_out",
    "load",
    "mantel_haenszel",
    "metareg",
    "multiverse",
    "nnt",
    "nnt_at",
    "nnt_from_rd",
    "peto",
    "pool",
    "proportion_ci",
    "risk_difference_ci",
    "subgroups",
    "subsets",
    "synthesise",
]
