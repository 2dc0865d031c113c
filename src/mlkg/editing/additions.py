"""New options and criteria, with a claim of verdict unknown for every cell that they open."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from mlkg.editing import minting
from mlkg.editing.drafts import Draft, draft, start
from mlkg.editing.patches import Patch, Values
from mlkg.editing.records import all_claims, belonging, file_of, moment, said, text
from mlkg.editing.scales import NO_SCALE, DraftedScale, NewScale, new_scale
from mlkg.errors import MlkgError
from mlkg.explain.description import describe, iri, natural, pointing
from mlkg.lookup import Named, find, local_name, records

if TYPE_CHECKING:
    from mlkg.study import Study

_CLASSES = {
    "option": "mlkg:Option",
    "criterion": "mlkg:Criterion",
    "component": "mlkg:Component",
}


@dataclass(frozen=True, slots=True)
class Addition:
    """An option, a criterion or a component to add; `kind` is the one or the other.

    `at` is a time as xsd:dateTime has it: when it is recorded. A criterion has a `definition`, a
    scale by name (yes or no without one), and may be a part of a `broader` one; `new_scale`
    describes a scale that the study does not have, called `scale` or else as the criterion.
    Options and components have none of these.
    """

    kind: str
    label: str
    at: str
    other_names: tuple[str, ...] = ()
    note: str | None = None
    definition: str | None = None
    scale: str | None = None
    broader: str | None = None
    new_scale: NewScale = NO_SCALE


def add(study: Study, given: Addition) -> Draft:
    """Return the draft that adds a record and opens its claims; a component has none.

    If the study has a record with just this label, only the claims that it lacks are opened.
    Raises MlkgError when there is nothing to do, or when names lead nowhere.
    """
    if study.iri is None:
        raise MlkgError("the data has no mlkg:Study, or several: a new record must belong to one")
    known = records(study, given.kind)
    label = " ".join(given.label.split())
    if not label:
        raise MlkgError(f"a new {given.kind} needs a label")
    same = [r for r in known if label.casefold() in {name.casefold() for name in r.names}]
    if same and given.new_scale != NO_SCALE:
        raise MlkgError(f"the study has the criterion {same[0].label}; it keeps its scale")
    desk = _Desk(study)
    new = [] if same else desk.new_records(given, label, [r.iri for r in known])
    record = same[0].iri if same else new[0]
    opened = [] if given.kind == "component" else desk.open_claims(given.kind, record, label)
    if same and not opened:
        claims = "" if given.kind == "component" else ", with all of its claims"
        raise MlkgError(f"the study has the {given.kind} {same[0].label}{claims}")
    return draft(study, list(desk.patches.values()), [record, *new, *opened])


class _Desk:
    """Patches of the files that an addition touches, the record's own first."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.used = minting.taken(study)
        self.patches: dict[str, Patch] = {}
        self.claims = all_claims(study)
        self.homes = {claim: file_of(study, claim) for claim, _, _ in self.claims}
        self.around = belonging(study, [claim for claim, _, _ in self.claims])

    def patch(self, name: str) -> Patch:
        if name not in self.patches:
            self.patches[name] = start(self.study, name)
        return self.patches[name]

    def new_records(self, given: Addition, label: str, kin: list[str]) -> list[str]:
        """Write the record below the last of its kind, and its scale; return their IRIs."""
        if given.kind != "criterion" and (
            given.definition or given.scale or given.broader or given.new_scale != NO_SCALE
        ):
            raise MlkgError("definition, scale and broader are for criteria")
        if given.kind == "criterion" and not (given.definition and given.definition.strip()):
            raise MlkgError("a criterion says what it asks for: give --definition")
        record = minting.named(kin, self._namespace(given.kind), minting.slug(label), self.used)
        self.used.add(record)
        scale = self._scale(given, label, record) if given.kind == "criterion" else None
        values = self._said(given, label, kin, scale.iri if scale else None)
        made = scale.write(self.patch(scale.home)) if scale and scale.home else []
        if kin:
            home = Counter(file_of(self.study, each) for each in kin).most_common(1)[0][0]
            self.patch(home).insert_after(kin, record, values)
        else:
            home = file_of(self.study, self.study.iri or "")
            section = "Components" if given.kind == "component" else "Options and criteria"
            self.patch(home).append(record, values, section=section)
        if scale and not scale.home:
            made = scale.write(self.patch(home))
        return [record, *made]

    def _namespace(self, kind: str) -> str:
        """Return the namespace for the first record of a kind: near that of the options."""
        options = [record.iri for record in records(self.study, "option")]
        if options:
            space = options[0].removesuffix(local_name(options[0]))
            return minting.sibling(space, "option", kind)
        return f"{self.study.iri}/{kind}/"

    def _scale(self, given: Addition, label: str, record: str) -> DraftedScale:
        """Return the scale of a new criterion: one that there is, or a new one."""
        if given.new_scale == NO_SCALE:
            name = given.scale
            return DraftedScale(
                find(self.study, name, "scale").iri if name else iri("mlkg:yesNoScale")
            )
        name = given.scale or label
        return new_scale(self.study, given.new_scale, name, record, given.at, self.used)

    def _said(self, given: Addition, label: str, kin: list[str], scale: str | None) -> Values:
        study = self.study
        places = [
            int(place)
            for each in describe(study.store, kin).values()
            for place in each.texts("schema:position")
            if place.isdigit()
        ]
        placed = given.kind != "component" and (places or not kin)
        position = Literal(max(places, default=0) + 1) if placed else None
        broader = self._broader(given.broader) if given.broader else None
        criterion = given.kind == "criterion"
        return said(
            ("rdf:type", _CLASSES[given.kind]),
            ("rdfs:label", text(study, label)),
            *(("skos:altLabel", text(study, name)) for name in given.other_names),
            ("skos:definition", text(study, given.definition)),
            ("skos:note" if not criterion else "skos:scopeNote", text(study, given.note)),
            ("skos:broader", NamedNode(broader.iri) if broader else None),
            ("mlkg:scale", NamedNode(scale) if scale else None),
            ("schema:position", position),
            ("dcterms:isPartOf", NamedNode(study.iri or "")),
            ("prov:generatedAtTime", moment(given.at)),
        )

    def _broader(self, name: str) -> Named:
        broader = find(self.study, name, "criterion")
        if any(criterion == broader.iri for _, _, criterion in self.claims):
            raise MlkgError(
                f"{broader.label} has claims of its own; a part of it would take it off the table"
            )
        return broader

    def open_claims(self, kind: str, record: str, label: str) -> list[str]:
        """Open a claim in each cell of a row or column that has none; return their IRIs."""
        filled = {(option, criterion) for _, option, criterion in self.claims}
        others = self._columns() if kind == "option" else self._kin("option")
        cells = [(record, o) if kind == "option" else (o, record) for o in others]
        opened = []
        for option, criterion in cells:
            if (option, criterion) not in filled:
                column = label if kind == "criterion" else self._label(criterion)
                row = label if kind == "option" else self._label(option)
                opened.append(self._open(option, criterion, row, column))
        return opened

    def _open(self, option: str, criterion: str, row: str, column: str) -> str:
        home = self._home(option)
        example = next((claim for claim, _, _ in self.claims), None)
        fallback = f"{self.study.iri}/claim/"
        name = f"{local_name(option)}-{local_name(criterion)}"
        claim = minting.named([example] if example else [], fallback, name, self.used)
        self.used.add(claim)
        values = said(
            ("rdf:type", "mlkg:Claim"),
            ("mlkg:option", NamedNode(option)),
            ("mlkg:criterion", NamedNode(criterion)),
            ("mlkg:verdict", "mlkg:unknown"),
        )
        patch = self.patch(home)
        if not patch.content:
            patch.comment(f"{row}: its row of the table, and what there is for and against it.")
        section = column if self._one_file_each() else None
        own = [c for c, of, _ in self.claims if of == option]
        anchors = {*own, *(piece for c in own for piece in self.around.get(c, ()))}
        if anchors & set(patch.subjects()):
            patch.insert_after(anchors, claim, values, section)
        else:
            patch.append(claim, values, section)
        self.claims.append((claim, option, criterion))
        self.homes[claim] = home
        return claim

    def _home(self, option: str) -> str:
        """Return the file for an option's claims: where its others are, or one of its own."""
        own = [self.homes[claim] for claim, of, _ in self.claims if of == option]
        if own:
            return own[-1]
        if not self._one_file_each():
            files = Counter(self.homes.values())
            return files.most_common(1)[0][0] if files else self.study.files[0].name
        claim, other, _ = self.claims[0]
        pattern = self.homes[claim]
        if local_name(other) in pattern:
            return pattern.replace(local_name(other), local_name(option))
        return f"data/claims-{local_name(option)}.ttl"

    def _one_file_each(self) -> bool:
        """Tell whether every option has its claims in one file, which no other option's are in."""
        files: dict[str, set[str]] = {}
        for claim, option, _ in self.claims:
            files.setdefault(option, set()).add(self.homes[claim])
        distinct = {name for names in files.values() for name in names}
        return len(files) > 1 and len(distinct) == len(files) == sum(map(len, files.values()))

    def _columns(self) -> list[str]:
        """Return the criteria that no narrower one divides, in the order of the table."""
        criteria = self._kin("criterion")
        divided = pointing(self.study.store, "skos:broader", criteria) if criteria else {}
        return [criterion for criterion in criteria if criterion not in divided]

    def _kin(self, kind: str) -> list[str]:
        iris = [record.iri for record in records(self.study, kind)]
        described = describe(self.study.store, iris)
        places = {one: described[one].text("schema:position") or "~" for one in iris}
        return sorted(iris, key=lambda one: (natural(places[one].zfill(9)), one))

    def _label(self, record: str) -> str:
        said = describe(self.study.store, [record])[record]
        return re.sub(r"\s+", " ", said.text("rdfs:label") or local_name(record))
