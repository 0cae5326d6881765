"""What a model's sentence is brought to before anything is looked for in it."""

from __future__ import annotations

import pytest

from rag.gate import marks


@pytest.mark.parametrize(
    ("written", "evened"),
    [
        ("Lang said ‚the cracks are old‘.", "Lang said “the cracks are old”."),
        ("Lang said ,,the cracks are old''.", "Lang said “the cracks are old”."),
        ('Lang said \\"the cracks are old\\".', 'Lang said "the cracks are old".'),
        ("Lang said 《the cracks》.", "Lang said “the cracks”."),
        ("\u202eJa\u200bne\u2028Holt\x00", "Jane Holt"),
        ("It is 5′ wide.", "It is 5' wide."),
        ("Lang’s dogs’ road", "Lang’s dogs’ road"),
    ],
)
def test_every_shape_of_mark_is_one_that_is_checked(written: str, evened: str) -> None:
    assert marks.evened(written) == evened


def test_brackets_stay_where_the_article_has_them() -> None:
    article = "He said that [the mayor] knew."
    assert marks.without_brackets("[] He said [zz9q] [the mayor] ]knew.", [article]) == (
        "He said [the mayor] knew."
    )
    assert marks.without_brackets("He said [the mayor] knew.", []) == "He said knew."
