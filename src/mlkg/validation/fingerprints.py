"""Names for findings and for blank nodes that stay the same from run to run."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import BlankNode, Literal, Quad

from mlkg.terms import Term
from mlkg.validation.findings import Finding

if TYPE_CHECKING:
    from mlkg.turtle.triples import Statement

_ROUNDS = 6
_LENGTH = 16


def fingerprint(rule: str, focus: Term, path: Term | None, value: Term | None) -> str:
    """Return 16 hexadecimal digits that stand for a fault: those of a SHA-256 of its terms.

    A file, a line or the wording of a message has no part in it.
    Blank nodes need names that last, as `signatures` gives.
    """
    return _digest([rule, *("" if term is None else str(term) for term in (focus, path, value))])


def fingerprinted(findings: Iterable[Finding]) -> list[Finding]:
    """Return `findings` with a fingerprint each, no two alike.

    Findings with the same rule, record, property and value are told apart by their number.
    """
    seen: Counter[str] = Counter()
    result = []
    for finding in findings:
        found = fingerprint(finding.rule, finding.focus, finding.path, finding.value)
        again = seen[found]
        seen[found] += 1
        result.append(
            finding._replace(fingerprint=_digest([found, str(again)]) if again else found)
        )
    return result


def with_lasting_names(
    findings: Iterable[Finding], triples: Iterable[tuple[Term, Term, Term]]
) -> list[Finding]:
    """Return `findings` with blank nodes renamed after what `triples` say of them.

    Two blank nodes of which the same is said get the same name.
    A path that is a blank node, which is a complex path of SHACL, is left out.
    """
    names = signatures(triples)

    def renamed(term: Term) -> Term:
        return names.get(term, term)

    return [
        finding._replace(
            focus=renamed(finding.focus),
            path=None if isinstance(finding.path, BlankNode) else finding.path,
            value=None if finding.value is None else renamed(finding.value),
        )
        for finding in findings
    ]


def statements_with_lasting_names(statements: Iterable[Statement]) -> list[Statement]:
    """Return the statements of one file with their blank nodes renamed as by `signatures`."""
    listed = list(statements)
    names = signatures((s.subject, s.predicate, s.object) for s in listed)
    return [
        s._replace(subject=names.get(s.subject, s.subject), object=names.get(s.object, s.object))
        for s in listed
    ]


def signatures(triples: Iterable[tuple[Term, Term, Term]]) -> Mapping[Term, Term]:
    """Return a name for each blank node that follows from the triples around it.

    This is colour refinement: a node's name is a hash of its triples, in which the blank nodes
    near it stand with the name they had in the round before. The rounds are as many for every
    graph, so that a node has the same name in a file and in the merge of all files.
    """
    around: dict[Term, list[tuple[str, str, Term]]] = defaultdict(list)
    for subject, predicate, value in triples:
        if isinstance(subject, BlankNode):
            around[subject].append(("out", str(predicate), as_stored(value)))
        if isinstance(value, BlankNode):
            around[value].append(("in", str(predicate), subject))
    names = dict.fromkeys(around, "")
    for _ in range(_ROUNDS):
        names = {
            node: _digest(
                sorted(f"{way} {path} {names.get(other, str(other))}" for way, path, other in near)
            )
            for node, near in around.items()
        }
    return {node: BlankNode(f"b{name}") for node, name in names.items()}


def as_stored(term: Term) -> Term:
    """Return a literal as pyoxigraph's store gives it back: `1.50` as 1.5, for example."""
    if not isinstance(term, Literal) or term.language or "#string" in term.datatype.value:
        return term
    store = pyoxigraph.Store()
    node = BlankNode("any")
    store.add(Quad(node, pyoxigraph.NamedNode("x:p"), term))
    stored: Term = next(iter(store)).object
    return stored


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_LENGTH]
