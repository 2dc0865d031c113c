"""Where findings are: file, line and column of the triple at fault.

Files are read once more for this, and only when there is something to report.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from pyoxigraph import BlankNode, NamedNode

from mlkg.terms import Term
from mlkg.turtle.files import TurtleFile
from mlkg.turtle.line_ends import unix_line_ends
from mlkg.turtle.text import Extent, TurtleText
from mlkg.turtle.triples import Statement, all_statements, blocks, statements
from mlkg.validation.findings import Finding
from mlkg.validation.fingerprints import as_stored, statements_with_lasting_names


class _Place(NamedTuple):
    """A statement in a file, or the part of it that a finding is about."""

    file: TurtleFile
    text: TurtleText
    statement: Statement


def located(findings: Iterable[Finding], sources: Sequence[TurtleFile]) -> list[Finding]:
    """Return `findings` with file, line and column, as far as `sources` state their records.

    A finding is at the object of its triple (focus, path, value); else at the property of the
    first triple (focus, path); else where its record is first the subject of a triple; else where
    it is first the object of one. Of sources that state the same, the first counts.
    Equal findings, as about blank nodes of which the same is said, are put one after the other.
    """
    listed = list(findings)
    if not listed:
        return []
    texts: dict[str, TurtleText] = {}
    wanted: dict[Term, bool] = {}
    for finding in listed:
        of_triple = finding.path is not None or finding.value is not None
        wanted[finding.focus] = of_triple or wanted.get(finding.focus, False)
    about = _index(sources, texts, wanted, lambda statement: statement.subject)
    missing = {term: True for term in wanted if term not in about}
    naming = _index(sources, texts, missing, lambda s: s.object, whole=True) if missing else {}
    seen: Counter[tuple[object, ...]] = Counter()
    result = []
    for finding in listed:
        key = (finding.rule, finding.focus, finding.path, finding.value, finding.component)
        again, seen[key] = seen[key], seen[key] + 1
        if finding.focus in about:
            found = _pick(about[finding.focus], finding.path, finding.value, again)
        elif finding.focus in naming:
            places = naming[finding.focus]
            place = places[min(again, len(places) - 1)]
            found = place, place.statement.object_at
        else:
            result.append(finding)
            continue
        result.append(_placed(finding, *found))
    return result


def _index(
    sources: Sequence[TurtleFile],
    texts: dict[str, TurtleText],
    wanted: Mapping[Term, bool],
    key: Callable[[Statement], Term],
    *,
    whole: bool = False,
) -> dict[Term, list[_Place]]:
    """Return the statements of each wanted term, in the order of the sources and of their text.

    `wanted` tells of each whether its triples matter, or only where it is named.
    Blank nodes, and terms that are not subjects, may be in any block: then all of them are read.
    """
    whole = whole or any(isinstance(term, BlankNode) for term in wanted)
    found: dict[Term, list[_Place]] = defaultdict(list)
    for source in sources:
        text = texts.get(source.name) or texts.setdefault(
            source.name, TurtleText(unix_line_ends(source.turtle), source.base)
        )
        if whole:
            for statement in statements_with_lasting_names(all_statements(text)):
                if (term := key(statement)) in wanted:
                    found[term].append(_Place(source, text, statement))
            continue
        for block in blocks(text):
            if (subject := block.subject) not in wanted or subject is None:
                continue
            if wanted[subject]:
                for statement in statements(text, block):
                    if statement.subject == subject:
                        found[subject].append(_Place(source, text, statement))
            else:
                found[subject].append(_Place(source, text, _named(subject, block.subject_at)))
    order = {source.name: number for number, source in enumerate(sources)}
    for places in found.values():
        places.sort(key=lambda place: (order[place.file.name], place.statement.subject_at.start))
    return found


def _named(subject: Term, at: Extent) -> Statement:
    """Return a stand-in for the triples of a subject of which only the place matters."""
    return Statement(subject, subject, subject, at, at, at)


def _pick(
    places: Sequence[_Place], path: Term | None, value: Term | None, again: int
) -> tuple[_Place, Extent]:
    """Return the statement that a finding is about, and which part of it."""
    same_path = [
        p for p in places if not isinstance(path, NamedNode) or p.statement.predicate == path
    ]
    if value is not None:
        exact = [p for p in same_path if p.statement.object == value] or [
            p for p in same_path if as_stored(p.statement.object) == value
        ]
        if exact:
            place = exact[min(again, len(exact) - 1)]
            return place, place.statement.object_at
    if isinstance(path, NamedNode) and same_path:
        place = same_path[min(again, len(same_path) - 1)]
        return place, place.statement.predicate_at
    subjects = list({(p.file.name, p.statement.subject_at): p for p in places}.values())
    place = subjects[min(again, len(subjects) - 1)]
    return place, place.statement.subject_at


def _placed(finding: Finding, place: _Place, at: Extent) -> Finding:
    line, column = place.text.place(at.start)
    end_line, end_column = place.text.place(at.end)
    return finding._replace(
        file=place.file.name,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        source_line=place.text.line(line),
    )
