"""New scales for new criteria: sets of verdicts, quantities, dates and texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from mlkg.editing import minting
from mlkg.editing.answers import SPECIAL
from mlkg.editing.patches import Patch, Values
from mlkg.editing.records import file_of, moment, said, text
from mlkg.editing.units import unit_of
from mlkg.errors import MlkgError
from mlkg.lookup import Named, local_name, records
from mlkg.namespaces import MLKG

if TYPE_CHECKING:
    from mlkg.study import Study


@dataclass(frozen=True, slots=True)
class NewScale:
    """A scale that the study does not have.

    It has `verdicts`, by label, or `values`: quantity, date or text. A `unit` makes it one of
    quantities. `better` is higher or lower, for scales that have an order.
    """

    verdicts: tuple[str, ...] = ()
    values: str | None = None
    unit: str | None = None
    several: bool = False
    ordered: bool = False
    better: str | None = None


NO_SCALE = NewScale()
"""Nothing is said of a new scale."""


@dataclass(slots=True)
class DraftedScale:
    """The scale of a new criterion: `made` has the records to write, none for one that there is.

    `home` is the data file that has other scales, None where there are none.
    """

    iri: str
    home: str | None = None
    kin: tuple[str, ...] = ()
    made: list[tuple[str, Values]] = field(default_factory=list)

    def write(self, patch: Patch) -> list[str]:
        """Write the new records below the other scales, or at the end; return their IRIs."""
        above = [*self.kin]
        for number, (record, values) in enumerate(self.made):
            if above:
                patch.insert_after(above, record, values)
            else:
                patch.append(record, values, section=None if number else "Scales")
            above.append(record)
        return [record for record, _ in self.made]


def new_scale(
    study: Study, given: NewScale, name: str, criterion: str, at: str, used: set[str]
) -> DraftedScale:
    """Return the draft of a scale called `name`, with the verdicts that the study does not have.

    `criterion` is the IRI of its first criterion, which the scale and its verdicts are named by.
    Raises MlkgError when the study has a scale of this name, or `given` describes none.
    """
    known = records(study, "scale")
    label = " ".join(name.split())
    if any(label.casefold() in {n.casefold() for n in scale.names} for scale in known):
        raise MlkgError(f"the study has a scale called {label}; name another for a new one")
    _check(given)
    own = [scale.iri for scale in known if not scale.iri.startswith(MLKG)]
    space = criterion.removesuffix(local_name(criterion))
    home = minting.sibling(space, "criterion", "scale")
    slug = minting.slug(label) + ("" if home != space else "-scale")
    scale = minting.named(own, home, slug, used)
    used.add(scale)
    unit = unit_of(study, given.unit) if given.unit else None
    verdicts, made = _verdicts(study, given, minting.sibling(space, "criterion", "verdict"), used)
    made = [
        (record, [*values, *said(("prov:generatedAtTime", moment(at)))]) for record, values in made
    ]
    kind = given.values or ("quantity" if given.unit else None)
    values = said(
        ("rdf:type", "mlkg:Scale"),
        ("rdfs:label", text(study, label)),
        ("mlkg:valueType", f"mlkg:{kind}" if kind else None),
        ("mlkg:unit", unit if isinstance(unit, NamedNode | Literal) else None),
        *(("skos:hasTopConcept", NamedNode(verdict)) for verdict in verdicts),
        ("mlkg:ordered", Literal(True) if given.ordered else None),
        ("mlkg:several", Literal(True) if given.several else None),
        ("mlkg:better", f"mlkg:{given.better}" if given.better else None),
        ("prov:generatedAtTime", moment(at)),
    )
    file = file_of(study, own[-1]) if own else None
    kin = [one for one in own if file_of(study, one) == file]
    if kin:
        kin += [v.iri for v in records(study, "verdict") if not v.iri.startswith(MLKG)]
    return DraftedScale(scale, file, tuple(kin), [(scale, values), *made])


def _check(given: NewScale) -> None:
    """Raise MlkgError when what is said of a scale does not go together."""
    quantity = given.unit is not None or given.values == "quantity"
    if given.unit is not None and given.values not in (None, "quantity"):
        raise MlkgError(f"a scale of {given.values}s has no unit")
    if given.verdicts and (quantity or given.values):
        raise MlkgError("a scale has verdicts or values, not both")
    if not (given.verdicts or quantity or given.values):
        raise MlkgError("say what the new scale allows: --values, --unit or --verdicts")
    if given.ordered and not given.verdicts:
        raise MlkgError("only verdicts are --ordered; quantities and dates have an order anyway")
    if given.better and not (given.ordered or quantity or given.values == "date"):
        raise MlkgError("only a scale with an order has a better end: quantities, dates, --ordered")


def _verdicts(
    study: Study, given: NewScale, namespace: str, used: set[str]
) -> tuple[list[str], list[tuple[str, Values]]]:
    """Return the IRIs of the scale's verdicts, and the records of those that are new.

    Verdicts of an ordered scale are its own: their schema:position is their rank.
    """
    known = records(study, "verdict")
    neighbours = [one.iri for one in known if not one.iri.startswith(MLKG)]
    chosen: list[str] = []
    made: list[tuple[str, Values]] = []
    for number, name in enumerate(given.verdicts, start=1):
        label = " ".join(name.split())
        found = _called(known, label)
        if found and found.iri in SPECIAL:
            raise MlkgError(f"{found.label} is an answer on every scale; leave it out")
        if not label or label.casefold() in {n.casefold() for n in given.verdicts[: number - 1]}:
            raise MlkgError(f"--verdicts {name!r}: each verdict has a name of its own")
        if found and not given.ordered:
            chosen.append(found.iri)
            continue
        verdict = minting.named(neighbours, namespace, minting.slug(label), used)
        used.add(verdict)
        chosen.append(verdict)
        values = said(
            ("rdf:type", "mlkg:Verdict"),
            ("rdfs:label", text(study, label)),
            ("skos:notation", Literal(label)),
            ("schema:position", Literal(number) if given.ordered else None),
        )
        made.append((verdict, list(values)))
    return chosen, made


def _called(known: list[Named], label: str) -> Named | None:
    wanted = label.casefold()
    fitting = [one for one in known if wanted in {name.casefold() for name in one.names}]
    return fitting[0] if fitting else None
