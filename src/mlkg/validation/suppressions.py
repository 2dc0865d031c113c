"""Findings explained away in the data: `# mlkg: ignore[rule] reason`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from mlkg.errors import nearest
from mlkg.terms import Term
from mlkg.turtle.files import TurtleFile
from mlkg.validation.findings import Check, Finding

if TYPE_CHECKING:
    from mlkg.turtle.triples import Block

BROKEN = Check(
    "broken-suppression",
    "error",
    "A comment that is to suppress findings gives no reason or names no rule",
    "**Why.** What is suppressed without a reason cannot be reviewed, and a misspelt rule"
    " suppresses nothing.\n"
    "**Fix.** Write `# mlkg: ignore[rule] reason`, on the line of the finding or above the record.",
)
UNUSED = Check(
    "unused-suppression",
    "warning",
    "A comment suppresses a finding that is not there",
    "**Why.** A comment that outlives its finding hides the next one.\n"
    "**Fix.** Delete the comment, or move it to the line of the finding or above its record.",
)
CHECKS = {check.name: check for check in (BROKEN, UNUSED)}

_MARKER = re.compile(rb"#\s*mlkg:\s*ignore")
_COMMENT = re.compile(r"#\s*mlkg:\s*ignore\b\s*(?:\[([^\]]*)\])?[\s:,-]*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Suppression:
    """One such comment, and the lines and the record that it speaks for."""

    source: str
    comment: str
    line: int
    column: int
    source_line: str
    rules: tuple[str, ...]
    reason: str
    record: Term | None
    first_line: int
    last_line: int

    def covers(self, finding: Finding) -> bool:
        """Tell whether `finding` is of a rule named here, and of the lines or the record."""
        if finding.rule not in self.rules or finding.file != self.source:
            return False
        if self.record is not None and finding.focus == self.record:
            return True
        return finding.line is not None and self.first_line <= finding.line <= self.last_line


def suppressions(sources: Iterable[TurtleFile]) -> list[Suppression]:
    """Return the suppressing comments of Turtle files, in their order.

    A comment behind other text speaks for its line. One that has a line to itself speaks for the
    whole record that follows, or, within a record, for the line that follows.
    """
    return [
        found for source in sources if _MARKER.search(source.turtle) for found in _in_text(source)
    ]


def suppressed(
    findings: Sequence[Finding],
    comments: Sequence[Suppression],
    *,
    known: Collection[str],
    applied: Collection[str],
) -> tuple[list[Finding], int]:
    """Return the findings that `comments` leave, with those about the comments, and how many went.

    `known` are the names of all rules, `applied` those of the rules that made the findings: a
    comment about another rule is not called unused.
    A comment without a reason suppresses nothing.
    """
    sound = [comment for comment in comments if comment.reason]
    used: set[tuple[int, str]] = set()
    kept = []
    for finding in findings:
        covering = [comment for comment in sound if comment.covers(finding)]
        used.update((id(comment), finding.rule) for comment in covering)
        if not covering:
            kept.append(finding)
    for comment in comments:
        kept += _faults(comment, known)
        if not comment.reason:
            continue
        for rule in comment.rules:
            if rule in applied and rule not in CHECKS and (id(comment), rule) not in used:
                kept.append(
                    _finding(UNUSED, comment, f"nothing to suppress: {rule} reports nothing here")
                )
    return kept, len(findings) - sum(finding.rule not in CHECKS for finding in kept)


def _faults(comment: Suppression, known: Collection[str]) -> Iterator[Finding]:
    """Yield what is wrong with a comment itself."""
    form = "write # mlkg: ignore[rule] reason"
    if not comment.rules:
        yield _finding(BROKEN, comment, f"the comment names no rule; {form}")
    elif not comment.reason:
        yield _finding(BROKEN, comment, f"the comment gives no reason; {form}")
    for rule in comment.rules:
        if rule in CHECKS:
            yield _finding(BROKEN, comment, f"{rule} cannot be suppressed")
        elif rule not in known:
            hint = nearest(rule, known, "mlkg rule")
            yield _finding(BROKEN, comment, f"no rule or shape is called {rule}; {hint}")


def _finding(check: Check, comment: Suppression, message: str) -> Finding:
    return Finding(
        rule=check.name,
        severity=check.severity,
        focus=comment.record or NamedNode(f"file:{comment.source}".replace(" ", "%20")),
        message=message,
        value=Literal(comment.comment),
        file=comment.source,
        line=comment.line,
        column=comment.column,
        end_line=comment.line,
        end_column=comment.column + len(comment.comment),
        source_line=comment.source_line,
    )


def _in_text(source: TurtleFile) -> Iterator[Suppression]:
    """Yield the suppressing comments of one file."""
    from mlkg.turtle.text import TurtleText
    from mlkg.turtle.triples import blocks

    text = TurtleText(source.turtle)
    tokens = list(text.tokens())
    starts: dict[int, Block] | None = None
    for number, token in enumerate(tokens):
        match = _COMMENT.match(token.text) if token.kind == "comment" else None
        if match is None:
            continue
        line, column = text.place(token.start)
        source_line = text.line(line)
        first, last, record = line, line, None
        if not source_line[: column - 1].strip():
            follower = next((t for t in tokens[number + 1 :] if t.kind != "comment"), token)
            first = last = text.place(follower.start)[0]
            starts = starts or {block.extent.start: block for block in blocks(text)}
            if (block := starts.get(follower.start)) is not None:
                record, last = block.subject, text.place(block.extent.end)[0]
        named = [rule.strip() for rule in (match[1] or "").split(",")]
        yield Suppression(
            source=source.name,
            comment=token.text.rstrip(),
            line=line,
            column=column,
            source_line=source_line,
            rules=tuple(dict.fromkeys(rule for rule in named if rule)),
            reason=match[2].strip(),
            record=record,
            first_line=first,
            last_line=last,
        )
