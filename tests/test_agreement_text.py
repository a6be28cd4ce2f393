"""The agreement with R in words."""

import pandas as pd

from evidence import agreement_text as words


def test_agreement_in_words():
    table = pd.DataFrame(
        {"family": ["a", "b"], "against": "R", "values": [1200, 34], "r_lacks": [0, 8]}
    ).assign(largest=[0.0, 2.2e-9], allowed=1e-7, agrees=True)
    assert words.agreement_text(table) == "all 1,234 values agree"
    assert words.agreement_text(table.assign(agrees=[True, False])).endswith("not agree: b")
    assert words.agreement_table(table).frame["largest difference"].tolist() == ["none", "2e−9"]
    assert "8 values" in words.lacks_text(table)
    assert words.lacks_text(table.iloc[:1]) == "R has a value wherever the book has one."
    assert words.differences_table().frame["matter"].is_unique
