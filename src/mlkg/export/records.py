"""What stands behind the cells of a table: claims, evidence and sources, as the views give them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from mlkg.explain.reason import Counts, Surroundings
from mlkg.export.details import NOTHING, Details, Value
from mlkg.table import Heading

if TYPE_CHECKING:
    from mlkg.study import Study


class Source(NamedTuple):
    """A document that evidence is read from; what the data does not tell is None."""

    iri: str
    url: str
    title: str | None
    kind: str | None
    publisher: str | None


class Evidence(NamedTuple):
    """One piece of evidence; `direction` is supports, disputes or inconclusive.

    `indicates` and `excludes` are answers as text, `retrieved` a date, `by` names.
    `relies_on` are options or components, `stated_under` is the label of another criterion.
    `current` tells whether it counts. `withdrawn` is the reason why it is withdrawn: empty without
    a reason, None where it is not withdrawn. `excludes_qualifier` is a qualifier of the claim.
    """

    iri: str
    direction: str
    indicates: str | None
    findings: tuple[str, ...]
    quote: str | None
    source: Source | None
    retrieved: str | None
    by: tuple[str, ...]
    relies_on: tuple[Heading, ...] = ()
    stated_under: str | None = None
    current: bool = True
    excludes: str | None = None
    locator: str | None = None
    edition: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    certainty: str | None = None
    applies_to: tuple[str, ...] = ()
    withdrawn: str | None = None
    excludes_qualifier: str | None = None


def bearing(piece: Evidence) -> str:
    """Return how a piece of evidence bears on its claim, with the answer that it indicates."""
    if piece.indicates is None:
        return piece.direction
    between = " " if piece.direction == "supports" else ", indicates "
    return f"{piece.direction}{between}{piece.indicates}"


def conditions(piece: Evidence) -> list[str]:
    """Return what else a piece of evidence says, and whether it counts, as phrases."""
    said = [f"excludes {piece.excludes}"] if piece.excludes is not None else []
    if piece.excludes_qualifier is not None:
        said.append(f"excludes “{piece.excludes_qualifier}”")
    said += [f"by way of {option.label}" for option in piece.relies_on]
    if piece.stated_under is not None:
        said.append(f"stated under {piece.stated_under}")
    if piece.locator is not None:
        said.append(f"at “{piece.locator}”")
    if piece.edition is not None:
        said.append(f"edition {piece.edition}")
    if validity := _validity(piece):
        said.append(validity)
    if piece.certainty is not None:
        said.append(f"certainty {piece.certainty}")
    said += [f"applies to {group}" for group in piece.applies_to]
    if piece.withdrawn is not None:
        said.append(f"withdrawn: {piece.withdrawn}" if piece.withdrawn else "withdrawn")
    return said if piece.current else [*said, "not counted"]


def _validity(piece: Evidence) -> str:
    """Return when evidence is valid, as a phrase; empty where that is unbounded."""
    start = f" from {piece.valid_from}" if piece.valid_from is not None else ""
    end = f" until {piece.valid_until}" if piece.valid_until is not None else ""
    return f"valid{start}{end}" if start or end else ""


class Claim(NamedTuple):
    """A claim with its evidence, in the order of the view `evidence`.

    `verdict` is the answer as the table prints it; `verdicts` are the IRIs of its verdicts and
    `values` its values. `relies_on` are options or components, `by` names who decided it, and
    `since` says when, as it is written. `despite` are the IRIs of the evidence that the rationale
    names. `counts` and `around` decide the reason for its state.
    """

    iri: str
    verdict: str
    qualifier: str | None
    rationale: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    relies_on: tuple[Heading, ...] = ()
    by: tuple[str, ...] = ()
    since: str | None = None
    verdicts: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    despite: tuple[str, ...] = ()
    counts: Counts = Counts(0, 0, 0, 0)
    around: Surroundings = Surroundings()

    def disputing(self) -> tuple[Evidence, ...]:
        """Return the current evidence against the claim that no rationale names."""
        return tuple(
            piece
            for piece in self.evidence
            if piece.direction == "disputes" and piece.current and piece.iri not in self.despite
        )


def sources_of(study: Study) -> dict[str, Source]:
    """Return every source of a study, by IRI."""
    found: dict[str, Source] = {}
    for row in study.select("sources"):
        iri = row["source"].value
        kind, publisher, title = (_value(row[name]) for name in ("kind", "publisher", "title"))
        found.setdefault(iri, Source(iri, row["url"].value, title, kind, publisher))
    return found


def claims_of(
    study: Study, sources: Mapping[str, Source], known: Mapping[str, Details]
) -> dict[str, Claim]:
    """Return every claim of a study with its evidence, by IRI; `known` has the details."""
    evidence = _evidence(study, sources, known)
    ready = {row["claim"].value: row["indicated"].value for row in study.select("ready")}
    contested = {row["claim"].value for row in study.select("contested")}
    found: dict[str, Claim] = {}
    for row in study.select("claims"):
        iri = row["claim"].value
        before = found.get(iri)
        more = known.get(iri, NOTHING)
        rationale = (*(before.rationale if before else ()), *_values(row["rationale"]))
        pieces = tuple(evidence.get(iri, {}).values())
        answered = sum(e.direction == "disputes" and e.iri in more.despite for e in pieces)
        found[iri] = Claim(
            iri,
            row["verdict"].value,
            _value(row["qualifier"]),
            tuple(dict.fromkeys(rationale)),
            pieces,
            more.relies_on,
            more.by,
            more.since,
            more.verdicts,
            more.values,
            more.despite,
            Counts(*(int(_value(row[name]) or 0) for name in Counts._fields)),
            Surroundings(ready.get(iri), iri in contested, answered, bool(more.reviews)),
        )
    return found


def _evidence(
    study: Study, sources: Mapping[str, Source], known: Mapping[str, Details]
) -> dict[str, dict[str, Evidence]]:
    """Return the evidence about each claim, by the IRIs of claim and evidence."""
    found: dict[str, dict[str, Evidence]] = {}
    for row in study.select("evidence"):
        of_claim = found.setdefault(row["claim"].value, {})
        iri = row["evidence"].value
        before = of_claim.get(iri)
        more = known.get(iri, NOTHING)
        of_claim[iri] = Evidence(
            iri,
            row["direction"].value,
            _value(row["indicates"]),
            _joined(before and before.findings, row["finding"]),
            _value(row["quote"]),
            None if row["source"] is None else sources.get(row["source"].value),
            _value(row["retrievedOn"]),
            _joined(before and before.by, row["by"]),
            more.relies_on,
            more.stated_under,
            _value(row["current"]) != "false",
            _value(row["excludes"]),
            _value(row["locator"]),
            _value(row["edition"]),
            _value(row["validFrom"]),
            _value(row["validUntil"]),
            _value(row["certainty"]),
            _joined(before and before.applies_to, row["appliesTo"]),
            more.withdrawn,
            more.excludes_qualifier,
        )
    return found


def _joined(before: tuple[str, ...] | None, term: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(before or ()), *_values(term))))


def _values(term: Any) -> Iterable[str]:
    return () if term is None else (str(term.value),)


def _value(term: Any) -> str | None:
    return None if term is None else str(term.value)
