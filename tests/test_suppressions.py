"""`# mlkg: ignore[rule] reason` in the data explains a finding away, and is held to account."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from samples import PREFIXES, SMALL, Run

import mlkg
from mlkg.validation.findings import Report
from mlkg.validation.reports.concise import summary
from mlkg.validation.run import validate

NewStudy = Callable[..., Path]
LINE = (PREFIXES + SMALL).count("\n") + 1
"""The line that what follows SMALL starts on."""

OPTION = 'ex:tea a mlkg:Option ; rdfs:label "Tea" ; dcterms:isPartOf ex:study .'
"""A record with three findings: two missing claims, and a label without a language tag."""


def validated(new_study: NewStudy, more: str, select: frozenset[str] = frozenset()) -> Report:
    """Validate SMALL and what comes after it, the two findings of SMALL itself left out.

    A report that is only for counting must count the same.
    """
    study = mlkg.load(new_study({"all.ttl": SMALL + more}))
    ignore = frozenset({"unsupported-claim"})
    report = study.validate(select=select, ignore=ignore)
    counted = validate(study, select=select, ignore=ignore, in_full=False)
    assert sorted(f.rule for f in report.findings) == sorted(f.rule for f in counted.findings)
    assert summary(report) == summary(counted)
    return report


def found(report: Report) -> list[tuple[int | None, str]]:
    """Return line and rule of each finding, lines counted from the end of SMALL."""
    return [((f.line or 0) - LINE + 1, f.rule) for f in report.findings]


def test_without_comments(new_study: NewStudy) -> None:
    """The record has three findings."""
    report = validated(new_study, OPTION)
    assert found(report) == [(1, "missing-claim"), (1, "missing-claim"), (1, "option-label")]
    assert report.suppressed == 0


@pytest.mark.parametrize(
    "more",
    [
        f"{OPTION} # mlkg: ignore[missing-claim, option-label] not on the menu",
        f"# mlkg: ignore[missing-claim, option-label] not on the menu\n{OPTION}",
        f"#mlkg:ignore[missing-claim,option-label]: not on the menu\n\n# Tea\n\n{OPTION}",
        "# mlkg: ignore[missing-claim] not on the menu\n"
        f"# mlkg: ignore[option-label] any language\n{OPTION}",
        "# mlkg: ignore[missing-claim] not on the menu\n"
        + OPTION.replace("rdfs:label", "\n # mlkg: ignore[option-label] any language\n rdfs:label"),
        OPTION.replace(' ; rdfs:label "Tea"', "# mlkg: ignore[missing-claim] not on the menu\n; ")
        + '\n# mlkg: ignore[option-label] any language\nex:tea rdfs:label """Tea\n""" .',
    ],
)
def test_suppressed(new_study: NewStudy, more: str) -> None:
    """On the line, above the record, or above a line of the record; comments may be several."""
    report = validated(new_study, more)
    assert found(report) == []
    assert report.suppressed == 3


def test_only_the_rule_that_is_named(new_study: NewStudy) -> None:
    """Other rules still report, and so do other lines."""
    report = validated(new_study, f"# mlkg: ignore[missing-claim] not yet\n{OPTION}")
    assert found(report) == [(2, "option-label")]
    more = OPTION.replace(" ; ", " ; # mlkg: ignore[missing-claim] not yet\n", 1)
    assert found(validated(new_study, more)) == [(2, "option-label")]
    apart = OPTION.replace(" ; ", " ;\n", 1) + " # mlkg: ignore[missing-claim] not yet"
    rules = [(1, "missing-claim"), (1, "missing-claim"), (2, "option-label")]
    assert found(validated(new_study, apart)) == [*rules, (2, "unused-suppression")]


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# mlkg: ignore[missing-claim]", "the comment gives no reason"),
        ("# mlkg: ignore[missing-claim] --", "the comment gives no reason"),
        ("# mlkg: ignore because", "the comment names no rule"),
        ("# mlkg: ignore[] because", "the comment names no rule"),
        (
            "# mlkg: ignore[mising-claim] because",
            "no rule or shape is called mising-claim; did you mean missing-claim?",
        ),
        ("# mlkg: ignore[unused-suppression] why", "unused-suppression cannot be suppressed"),
    ],
)
def test_broken(new_study: NewStudy, comment: str, message: str) -> None:
    """A comment without reason or rule, or with an unknown one, is an error and has no effect."""
    report = validated(new_study, f"{comment}\n{OPTION}")
    (broken,) = [f for f in report.findings if f.rule == "broken-suppression"]
    assert broken.severity == "error"
    assert broken.message.startswith(message)
    assert (broken.line, broken.column) == (LINE, 1)
    assert [line_rule for line_rule in found(report) if line_rule[0] != 1] == [
        (2, "missing-claim"),
        (2, "missing-claim"),
        (2, "option-label"),
    ]
    assert "unused-suppression" not in {finding.rule for finding in report.findings}
    assert report.suppressed == 0


@pytest.mark.parametrize(
    "more",
    [
        "# mlkg: ignore[orphan-source] kept\nex:tea rdfs:seeAlso ex:soup .",
        "ex:tea rdfs:seeAlso ex:soup . # mlkg: ignore[orphan-source] kept",
        "# mlkg: ignore[orphan-source] kept",
        "# mlkg: ignore[orphan-source] kept\n@prefix x: <http://x/> .",
    ],
)
def test_unused(new_study: NewStudy, more: str) -> None:
    """A comment about a finding that is not there is reported where it stands."""
    (unused,) = validated(new_study, more).findings
    assert (unused.rule, unused.severity) == ("unused-suppression", "warning")
    assert unused.message == "nothing to suppress: orphan-source reports nothing here"
    assert unused.source_line[(unused.column or 0) - 1 :].startswith("# mlkg:")


def test_a_rule_that_did_not_run_is_not_unused(new_study: NewStudy) -> None:
    """With --select or --ignore, comments about other rules are left alone."""
    more = "# mlkg: ignore[orphan-source] kept\nex:tea rdfs:seeAlso ex:soup ."
    select = frozenset({"missing-claim", "unused-suppression"})
    assert found(validated(new_study, more, select=select)) == []


def test_no_comment_is_no_comment(new_study: NewStudy) -> None:
    """A # in a string or an IRI starts none, and prose that mentions the form is none."""
    more = (
        'ex:a rdfs:comment "# mlkg: ignore[x]", """\n# mlkg: ignore[x]\n""" .\n'
        "ex:b rdfs:seeAlso <http://x/#mlkg:ignore[x]> .\n".replace("[x]>", ">")
        + "# Write mlkg: ignore[rule] to ignore. # mlkg: ignore[x]\n# mlkg: ignored\n"
    )
    assert found(validated(new_study, more)) == []


def test_only_in_its_file(new_study: NewStudy) -> None:
    """A comment does not reach the same lines of another file."""
    comment = "# mlkg: ignore[missing-claim] not yet\n"
    other = f"{comment}ex:a rdfs:seeAlso ex:b ;\n rdfs:label 'A' ."
    folder = new_study({"a.ttl": other, "b.ttl": f"\n\n{OPTION}", "c.ttl": SMALL})
    found = [(f.file, f.line, f.rule) for f in mlkg.load(folder).validate().findings]
    first = PREFIXES.count("\n") + 1
    assert found[0] == ("data/a.ttl", first, "unused-suppression")
    assert found[1:3] == [("data/b.ttl", first + 2, "missing-claim")] * 2


def test_records_without_iri(new_study: NewStudy) -> None:
    """The lines of a record count even where the record has no name."""
    more = "# mlkg: ignore[agent] to be named\n[\n a foaf:Person ; foaf:name 'A'\n] .\n"
    report = validated(new_study, more)
    assert (found(report), report.suppressed) == ([], 1)


def test_summary_counts_them(run: Run, new_study: NewStudy) -> None:
    """What is suppressed is counted in the last line, so that nobody forgets it."""
    folder = new_study({"all.ttl": SMALL + f"# mlkg: ignore[missing-claim] not yet\n{OPTION}"})
    done = run("validate", "-q", cwd=folder)
    expected = "12 records, 213 checks, 1 error, 2 warnings, 0 info, 2 suppressed\n"
    assert (done.stdout, done.returncode) == (expected, 1)
