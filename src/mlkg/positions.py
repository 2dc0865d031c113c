"""Where findings are: file, line and column of the triple at fault.

Files are read once more for this, and only when there is something to report.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import BlankNode, NamedNode

from mlkg.findings import Finding
from mlkg.fingerprints import as_stored, statements_with_lasting_names
from mlkg.terms import Term
from mlkg.turtle import Extent, Statement, TurtleText, all_statements
from mlkg.turtle_files import TurtleFile


@dataclass(frozen=True, slots=True)
class _Place:
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
    wanted: set[Term] = {finding.focus for finding in listed}
    about = _index(sources, texts, wanted, lambda statement: statement.subject)
    missing = wanted - about.keys()
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
    wanted: set[Term],
    key: Callable[[Statement], Term],
    *,
    whole: bool = False,
) -> dict[Term, list[_Place]]:
    """Return the statements of each wanted term, in the order of the sources and of their text.

    Blank nodes, and terms that are not subjects, may be in any block: then all of them are read.
    """
    whole = whole or any(isinstance(term, BlankNode) for term in wanted)
    found: dict[Term, list[_Place]] = defaultdict(list)
    for source in sources:
        text = texts.get(source.name) or texts.setdefault(source.name, TurtleText(source.turtle))
        statements = all_statements(text, None if whole else wanted)
        if whole:
            statements = statements_with_lasting_names(statements)
        for statement in statements:
            if (term := key(statement)) in wanted:
                found[term].append(_Place(source, text, statement))
    for places in found.values():
        order = {source.name: number for number, source in enumerate(sources)}
        places.sort(key=lambda place: (order[place.file.name], place.statement.subject_at.start))
    return found


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
    return replace(
        finding,
        file=place.file.name,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        source_line=place.text.line(line),
    )
