"""Changes of a study for a terminal, for a comment on a merge request, and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict

from mlkg.history.changes import Changes, ClaimChange, Edit, RecordChange
from mlkg.markdown import escape
from mlkg.text import count, one_line

Paint = Callable[[str, str], str]

SIGNS = {"added": "+", "removed": "−", "changed": "~"}
_ROLES = {"added": "supported", "removed": "disputed", "changed": "reconciled"}
_PLURALS = {"criterion": "criteria", "evidence": "evidence", "kind of source": "kinds of source"}


def as_text(changes: Changes, *, paint: Paint) -> str:
    """Return the changes as lines to read, grouped by claim; an empty text for none."""
    lines = [_summary(changes), ""] if changes else []
    for claim in changes.claims:
        lines.append(f"{paint(one_line(claim.label), 'heading')}: {_verdict(claim)}")
        for record in claim.evidence:
            lines.append(f"  {_signed(record, paint)}")
            lines += [f"      {_edit(edit)}" for edit in record.edits]
        lines += [f"  ~ {_edit(edit)}" for edit in claim.edits]
    kind = None
    for record in changes.records:
        if record.kind != kind:
            kind = record.kind
            lines += ["", paint(_plural(kind).capitalize(), "heading")]
        lines.append(f"  {_signed(record, paint)}")
        lines += [f"      {_edit(edit)}" for edit in record.edits]
    return "".join(f"{line}\n" for line in lines)


def as_markdown(changes: Changes) -> str:
    """Return the changes as Markdown that fits a comment on a merge request."""
    return "".join(f"{line}\n" for line in _markdown(changes))


def as_json(changes: Changes) -> str:
    """Return the changes as JSON: version, claims, records."""
    claims = [{**asdict(c), "evidence_moved": c.evidence_moved} for c in changes.claims]
    document = {"version": 1, "claims": claims, "records": [asdict(r) for r in changes.records]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _markdown(changes: Changes) -> Iterator[str]:
    if not changes:
        yield "Nothing changed in the study."
        return
    yield f"**{escape(_summary(changes))}**"
    for claim in changes.claims:
        yield ""
        yield f"- **{escape(claim.label)}**: {escape(_verdict(claim))}"
        for record in claim.evidence:
            yield f"  - {record.change} evidence: {escape(record.label)}"
            yield from (f"    - {escape(_edit(edit))}" for edit in record.edits)
        yield from (f"  - {escape(_edit(edit))}" for edit in claim.edits)
    kind = None
    for record in changes.records:
        if record.kind != kind:
            kind = record.kind
            yield ""
            yield f"### {_plural(kind).capitalize()}"
            yield ""
        yield f"- {record.change}: {escape(record.label)}"
        yield from (f"  - {escape(_edit(edit))}" for edit in record.edits)


def _summary(changes: Changes) -> str:
    verdicts = sum(c.before != c.after and c.change == "changed" for c in changes.claims)
    evidence = sum(len(claim.evidence) for claim in changes.claims)
    parts = [count(verdicts, "verdict")] if verdicts else []
    parts += [f"{count(n, 'claim')} {way}" for way, n in _came_and_went(changes) if n]
    if evidence:
        parts.append(f"{count(evidence, 'piece')} of evidence")
    kinds: dict[str, int] = {}
    for record in changes.records:
        kinds[record.kind] = kinds.get(record.kind, 0) + 1
    parts += [f"{n} {kind if n == 1 else _plural(kind)}" for kind, n in kinds.items()]
    return f"changed: {', '.join(parts) or count(len(changes.claims), 'claim')}"


def _came_and_went(changes: Changes) -> list[tuple[str, int]]:
    ways = [claim.change for claim in changes.claims]
    return [(way, ways.count(way)) for way in ("added", "removed")]


def _verdict(claim: ClaimChange) -> str:
    if claim.change == "added":
        return f"new claim, {claim.after}"
    if claim.change == "removed":
        return f"claim removed, it said {claim.before}"
    if claim.before == claim.after:
        return f"still {claim.after}"
    fate = "changed with it" if claim.evidence_moved else "did not change"
    return f"{claim.before} → {claim.after}, its evidence {fate}"


def _signed(record: RecordChange, paint: Paint) -> str:
    kind = "evidence: " if record.kind == "evidence" else ""
    sign = paint(SIGNS[record.change], _ROLES[record.change])
    return f"{sign} {kind}{one_line(record.label)}"


def _edit(edit: Edit) -> str:
    before, after = (", ".join(map(one_line, side)) for side in (edit.before, edit.after))
    return f"{edit.property}: {before or '(none)'} → {after or '(none)'}"


def _plural(kind: str) -> str:
    return _PLURALS.get(kind, f"{kind}s")
