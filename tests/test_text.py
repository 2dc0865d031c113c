"""Text in columns: widths, wrapping, and what never gets lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mlkg import text

CELLS = st.text(st.sampled_from("ab ✔é漢\u0301"), max_size=30)


def test_columns_line_up() -> None:
    """Without a width each row is one line, and nothing trails."""
    lines = text.columns(["a", "b"], [["✔", "long cell"], ["漢字", ""]])
    assert lines == ["a     b", "✔     long cell", "漢字"]


def test_columns_wrap_to_a_width() -> None:
    """The widest column gives way first, at spaces, and a line is drawn under the header."""
    lines = text.columns(["one", "two"], [["a", "b c d e f"]], width=10)
    assert lines == ["one  two", "───  ─────", "a    b c d", "     e f"]


def test_count() -> None:
    """One is singular, everything else is plural."""
    assert [text.count(n, "row") for n in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]


@given(CELLS, st.integers(2, 12))
def test_wrap_keeps_words_and_width(cell: str, width: int) -> None:
    """No line is wider than asked, and no character but spaces is lost."""
    lines = text.wrap(cell, width)
    assert max(map(text.display_width, lines)) <= width
    assert "".join(lines).replace(" ", "") == cell.replace(" ", "")


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), min_size=1), st.integers(1, 200))
def test_fit_stays_between_narrow_and_natural(pairs: list[tuple[int, int]], width: int) -> None:
    """Columns fit the width, none below its narrowest, or there is no way at all."""
    natural, narrow = [max(pair) for pair in pairs], [min(pair) for pair in pairs]
    gaps = len(text.GAP) * (len(pairs) - 1)
    widths = text.fit(natural, narrow, width)
    if widths is None:
        assert sum(narrow) + gaps > width
    else:
        assert sum(widths) + gaps <= max(width, sum(natural) + gaps)
        assert sum(widths) + gaps <= width
        assert all(a <= b <= c for a, b, c in zip(narrow, widths, natural, strict=True))
