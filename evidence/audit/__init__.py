"""Every number that the reviews state, recomputed: claims and their figures -> checks -> verdicts.

Nothing here knows a particular claim. `numbers` says what a printed figure can stand for, the
files beside it hold the checks, `registry` their names and arguments, `ledger` the rules of the
tables, and `verdicts` turns what a check finds into a verdict.
"""
