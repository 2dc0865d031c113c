"""Headers of stored queries: what they must say, and what is wrong with broken ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlkg import stored
from mlkg.errors import HeaderError, UnknownNameError

RULE = """\
#+ summary: Nothing is green
#+ severity: info
#+ message: "{focus} is not {colour}"
#
# **Why.** Green is calm.
SELECT ?focus ?colour WHERE { ?focus ?p ?colour }
"""


def test_rule_is_read(tmp_path: Path) -> None:
    """Name, summary, severity, message and notes come from the file alone."""
    path = tmp_path / "not-green.rq"
    path.write_text(RULE, "utf-8")
    assert stored.read_rule(path) == stored.Rule(
        name="not-green",
        path=path,
        text=RULE,
        summary="Nothing is green",
        notes="**Why.** Green is calm.",
        severity="info",
        message="{focus} is not {colour}",
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("#+ severity: info\n", ""), "the header lacks '#+ severity: …'"),
        (("severity: info", "severity: grave"), "severity is grave, not error, warning, info"),
        (("#+ severity", "#+ author"), ":2: author is not a key here; keys are message, severity"),
        (("#+ severity: info", "#+ summary: Again"), ":2: summary is given twice"),
        (("#+ severity: info", "#+ severity"), ":2: not of the form '#+ key: value'"),
        (("{colour}", "{color}"), "the query has no variable ?color"),
        (("?focus", "?record"), "the query has no variable ?focus"),
    ],
)
def test_broken_header(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    """A broken header is an error that names the file and what is wrong, never ignored."""
    path = tmp_path / "rule.rq"
    path.write_text(RULE.replace(*change), "utf-8")
    with pytest.raises(HeaderError) as caught:
        stored.read_rule(path)
    assert str(caught.value).startswith(str(path))
    assert message in str(caught.value)


def test_later_folder_wins(tmp_path: Path) -> None:
    """A study's own file takes the place of the one of the same name that comes with mlkg."""
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "view.rq").write_text(f"#+ summary: {name}\nASK {{}}\n", "utf-8")
    (tmp_path / "first" / "other.rq").write_text("#+ summary: other\nASK {}\n", "utf-8")
    found = stored.views([tmp_path / "first", tmp_path / "second"])
    assert {n: v.summary for n, v in found.items()} == {"other": "other", "view": "second"}


def test_unknown_name_suggests_the_nearest(tmp_path: Path) -> None:
    """A misspelt name is answered with the one that was probably meant."""
    (tmp_path / "coverage.rq").write_text("#+ summary: Coverage\nASK {}\n", "utf-8")
    with pytest.raises(UnknownNameError) as caught:
        stored.find_view([tmp_path], "coverge")
    assert str(caught.value) == "no view or rule is called coverge; did you mean coverage?"


def test_fill_leaves_unknown_names() -> None:
    """Only names that have a value are replaced, and values are not replaced again."""
    assert stored.fill("{a} × {b} {c}", {"a": "{b}", "b": "2"}) == "{b} × 2 {c}"
