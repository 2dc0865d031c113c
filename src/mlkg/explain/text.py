"""Explanations for a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from mlkg import text
from mlkg.explain.explanation import Claim, Evidence, Former, Source
from mlkg.explain.overview import Impact, Overview
from mlkg.states import symbols

Paint = Callable[[str, str], str]
"""Given a text and its role, a state or one of the command line's own, returns it coloured."""

DIRECTIONS = {"supports": "+", "disputes": "−", "inconclusive": "±"}
"""Each direction of evidence with the sign that stands for it."""

_ROLES = {"supports": "supported", "disputes": "disputed", "inconclusive": "open"}


def render_claims(claims: Iterable[Claim], *, width: int | None, paint: Paint) -> str:
    """Return the claims one after the other, each with all that it rests on."""
    blocks = ["\n".join(_fit(_claim(claim, paint), width)) for claim in claims]
    return "\n\n".join(blocks) + "\n"


def render_overview(found: Overview, *, width: int | None, paint: Paint) -> str:
    """Return a row or a column: one line a claim, with its state and how much evidence it has."""
    lines = [(0, paint(found.label, "heading"))]
    if found.other_names:
        lines.append((0, paint("also " + ", ".join(found.other_names), "faint")))
    lines += [(0, text.one_line(note)) for note in found.notes]
    several = len({claim.criterion.iri for claim in found.claims}) > 1
    marks = symbols()
    header = ["", "", "for", "against", "evidence", "where"]
    rows = []
    for claim in found.claims:
        name = claim.criterion.label if found.kind == "option" else claim.option.label
        if found.kind == "criterion" and several:
            name = _name(claim)
        current = [e for e in claim.evidence if e.current]
        disputing = sum(e.direction == "disputes" for e in current)
        supporting = sum(e.direction == "supports" and e.source is not None for e in current)
        rows.append(
            [
                name,
                f"{claim.cell} {marks[claim.state]}".strip(),
                str(supporting or ""),
                str(disputing or ""),
                str(len(claim.evidence) or ""),
                str(claim.place or ""),
            ]
        )

    def style(row: int, column: int, cell: str) -> str:
        if row == -1 or column == 0:
            return paint(cell, "heading")
        return paint(cell, found.claims[row].state if column == 1 else "faint")

    grid = text.columns(header, rows, width=width, style=style)
    totals: dict[str, int] = {}
    for claim in found.claims:
        totals[claim.state] = totals.get(claim.state, 0) + 1
    legend = "   ".join(paint(f"{marks[s]} {s} {totals[s]}", s) for s in marks if s in totals)
    return "\n".join([*_fit(lines, width), "", *grid, "", legend]) + "\n"


def render_impact(found: Impact, *, width: int | None, paint: Paint) -> str:
    """Return what rests on a source, and what would fall with it."""
    lines: list[tuple[int, str]] = []
    for source in found.sources:
        title = source.title or source.url or source.iri
        lines.append((0, paint(title, "heading")))
        lines += [(0, line) for line in _source(source) if line != title]
    falling = sum(resting.falls for resting in found.resting)
    lines += [(0, ""), (0, _fallout(len(found.resting), falling))]
    chosen = {source.iri for source in found.sources}
    for resting in found.resting:
        claim = resting.claim
        fate = paint("falls", "disputed") if resting.falls else "keeps other sourced support"
        if not resting.falls and not _backs(claim, chosen):
            fate = "is not supported by it"
        lines += [(0, ""), (1, f"{_title(claim, paint)}   {fate}")]
        for piece in claim.evidence:
            if piece.source and piece.source.iri in chosen:
                lines += [(2, line) for line in _said(piece, paint)]
    if found.leaning:
        lines += [(0, ""), (0, paint("By reliance", "heading"))]
    for leaning in found.leaning:
        fate = ", which falls" if leaning.falls else ""
        lines.append((1, f"{_title(leaning.claim, paint)}   relies on {leaning.on}{fate}"))
    return "\n".join(_fit(lines, width)) + "\n"


def _fallout(resting: int, falling: int) -> str:
    if not resting:
        return "No claim has evidence from it."
    subject = "1 claim has" if resting == 1 else f"{resting} claims have"
    return f"{subject} evidence from it; {falling or 'none'} would have no sourced support without."


def _claim(claim: Claim, paint: Paint, depth: int = 0) -> Iterator[tuple[int, str]]:
    """Yield the lines of a claim with their depth of indentation."""
    yield depth, _title(claim, paint)
    state = paint(f"{symbols()[claim.state]} {claim.state}", claim.state)
    yield depth, f"{state}: {claim.reason}."
    for rationale in claim.rationale:
        yield depth, f"because: {text.one_line(rationale)}"
    if claim.since or claim.by:
        by = f" by {claim.by}" if claim.by else ""
        yield depth, f"decided{by}{f' on {claim.since}' if claim.since else ''}"
    if claim.place:
        yield depth, paint(str(claim.place), "faint")
    for piece in claim.evidence:
        yield 0, ""
        for number, line in enumerate(_piece(piece, paint)):
            yield depth + (1 if number == 0 else 2), line
    for reliance in claim.relies_on:
        yield 0, ""
        lead = f"relies on {reliance.option}"
        if reliance.claim:
            yield depth + 1, f"{lead}, whose own claim is"
            yield from _claim(reliance.claim, paint, depth + 2)
        elif reliance.cycle:
            yield depth + 1, paint(f"{lead}, in a circle: {' → '.join(reliance.cycle)}", "disputed")
        elif reliance.told:
            yield depth + 1, f"{lead}, explained above"
        else:
            yield depth + 1, f"{lead}, which has no claim there"
    if claim.history:
        yield 0, ""
    for former in claim.history:
        yield depth + 1, _former(former, paint)
        for rationale in former.rationale:
            yield depth + 2, f"because: {rationale}"
    if claim.reviews:
        yield 0, ""
    for review in claim.reviews:
        fate = "as it is now" if review.current else paint("as it was then", "suspect")
        place = f"   {paint(str(review.place), 'faint')}" if review.place else ""
        yield depth + 1, f"reviewed {fate}, on {review.at} by {review.by}{place}"
    if claim.findings:
        yield 0, ""
    for finding in claim.findings:
        label = paint(finding.severity, finding.severity)
        yield depth + 1, f"{label}[{finding.rule}] {finding.message}"


def _former(former: Former, paint: Paint) -> str:
    aside = ", ".join([*([former.qualifier] if former.qualifier else []), *former.relies_on])
    said = f"{former.verdict}{f' ({aside})' if aside else ''}"
    since = f"since {former.since} " if former.since else ""
    by = f", by {former.by}" if former.by else ""
    place = f"   {paint(str(former.place), 'faint')}" if former.place else ""
    return f"{since}until {former.until}: {said}{by}{place}"


def _title(claim: Claim, paint: Paint) -> str:
    cell = text.one_line(claim.cell) or "(no claim)"
    return f"{paint(text.one_line(_name(claim)), 'heading')}   {paint(cell, claim.state)}"


def _name(claim: Claim) -> str:
    return f"{claim.option.label} × {claim.criterion.label}"


def _piece(piece: Evidence, paint: Paint) -> Iterator[str]:
    yield from _said(piece, paint)
    if piece.source is None:
        yield paint("no source: it never counts as support", "unsupported")
    else:
        yield from _source(piece.source)
    if facts := list(_facts(piece)):
        yield text.one_line(" · ".join(facts))


def _facts(piece: Evidence) -> Iterator[str]:
    """Yield what else a piece of evidence says, as phrases."""
    yield from (f"by way of {option}" for option in piece.relies_on)
    if piece.stated_under:
        yield f"stated under {piece.stated_under}"
    if piece.locator:
        yield f"at “{piece.locator}”"
    if piece.edition:
        yield f"edition {piece.edition}"
    if piece.valid_from or piece.valid_until:
        since = f" from {piece.valid_from}" if piece.valid_from else ""
        yield f"valid{since}" + (f" until {piece.valid_until}" if piece.valid_until else "")
    yield from (f"applies to {scope}" for scope in piece.applies_to)
    if piece.certainty:
        yield f"certainty {piece.certainty}"
    if piece.retrieved:
        yield f"read on {piece.retrieved}"
    if piece.by:
        yield f"recorded by {piece.by}"


def _said(piece: Evidence, paint: Paint) -> Iterator[str]:
    way = f"{DIRECTIONS.get(piece.direction, '±')} {piece.direction}"
    indicates = f", indicates {piece.indicates}" if piece.indicates else ""
    indicates += f", excludes {piece.excludes}" if piece.excludes else ""
    if piece.answered:
        indicates += ", answered by the rationale"
    if not piece.current:
        indicates += f", not counted{_why_not(piece)}"
    place = f"   {paint(str(piece.place), 'faint')}" if piece.place else ""
    yield paint(way, _ROLES.get(piece.direction, "open")) + indicates + place
    yield from map(text.one_line, piece.findings)
    if piece.quote:
        yield f"“{text.one_line(piece.quote)}”"


def _why_not(piece: Evidence) -> str:
    """Say why a piece of evidence does not count."""
    if piece.withdrawn is not None:
        return f": withdrawn{f' because {piece.withdrawn}' if piece.withdrawn else ''}"
    return ": not valid on the reference day, or its quote is not on the page"


def _source(source: Source) -> Iterator[str]:
    if source.title:
        yield text.one_line(source.title)
    if source.url:
        yield text.one_line(source.url)
    facts = [fact for fact in (source.kind, source.publisher) if fact]
    if facts:
        yield text.one_line(", ".join(facts))


def _backs(claim: Claim, sources: set[str]) -> bool:
    return any(
        piece.direction == "supports" and piece.source and piece.source.iri in sources
        for piece in claim.evidence
    )


def _fit(lines: Iterable[tuple[int, str]], width: int | None) -> Iterator[str]:
    """Indent lines by their depth and wrap them at `width`, coloured ones and addresses aside."""
    for depth, line in lines:
        indent = "  " * depth
        room = None if width is None else max(width - len(indent), 20)
        for flat in line.splitlines() or [""]:
            whole = "\x1b" in flat or " " not in flat
            short = room is None or whole or text.display_width(flat) <= room
            for part in [flat] if short or room is None else text.wrap(flat, room):
                yield (indent + part).rstrip()
