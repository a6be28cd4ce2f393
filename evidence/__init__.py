"""The science of the book, along one straight line.

data -> trials -> effects -> pooling -> synthesis -> sentences, tables, figures -> chapter

Imports point left only. Nothing here knows of notebooks, papermill or Sphinx.
"""

from evidence.bayes import bayes
from evidence.data import load
from evidence.effects import escalc
from evidence.glmm import glmm
from evidence.nnt import nnt, nnt_at, nnt_from_rd
from evidence.pooling import pool
from evidence.synthesis import synthesise

__all__ = ["bayes", "escalc", "glmm", "load", "nnt", "nnt_at", "nnt_from_rd", "pool", "synthesise"]
