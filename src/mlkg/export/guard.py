"""Values that a spreadsheet would compute, made text."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*(?:[\t\r]|\s*[=+\-@＝＋－＠])")
"""What a spreadsheet may take for the start of a formula, in Chinese and Japanese form as well.

Apostrophes before it count, so that `unguarded` can tell those of the data from the guard's own.
"""

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?%?")


def guarded(value: str) -> str:
    """Return `value` with an apostrophe before it where a spreadsheet would compute it.

    Those are values that begin with = + - @, a tab or a carriage return, after white space as well
    (OWASP, CSV Injection). A plain number with a sign is not among them: it computes nothing.
    """
    computed = _FORMULA.match(value) and not _NUMBER.fullmatch(value)
    return f"'{value}" if computed else value


def unguarded(value: str) -> str:
    """Return the value that `guarded` was given."""
    bare = value.removeprefix("'")
    return bare if guarded(bare) == value else value
