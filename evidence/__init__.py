"""The science of the book, along one straight line.

data -> trials -> effects -> pooling -> synthesis -> sentences, tables, figures -> chapter

Imports point left only. Nothing here knows of notebooks, papermill or Sphinx. Nothing is
imported here either: a chapter loads the modules that it uses, and is executed again when one
of these changes, not when any does. Where to find what:

=============================  ====================================================
`data.load`                    a table of the data package
`effects.escalc`               effects yi and vi, under any measure
`pooling.pool`                 one pooled effect; `synthesis.synthesise` asks first
`subgroups`, `metareg`         moderators
`influence`, `asymmetry`       leave-one-out, cumulative; Egger
`subsets`, `multiverse`        every subset of studies; every choice of method
`mh`, `glmm`, `bayes`          Mantel-Haenszel and Peto; exact and Bayesian models
`proportions`, `riskdiff`      intervals of shares and their differences
`nnt`                          the number needed to treat, from these
`results.record`               a chapter's numbers for other programs
`audit.verdicts.audit`         what the reviews state, and whether it holds
=============================  ====================================================
"""
