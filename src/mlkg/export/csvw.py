"""What stands beside a table in a text file: its columns and its origin, as CSV on the Web.

The form is W3C's Metadata Vocabulary for Tabular Data. Readers of CSV on the Web find the file by
its name, `table.csv-metadata.json` (Model for Tabular Data, section 5.2).
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from mlkg.export.dossier import Dossier
from mlkg.export.guard import guarded
from mlkg.export.listing import Listing
from mlkg.export.origin import Origin
from mlkg.namespaces import WELL_KNOWN
from mlkg.table import Cell

_COMMAND = "mlkg export"
_DATATYPES = {
    f"{WELL_KNOWN['xsd']}{name}": name for name in ("date", "integer", "decimal", "double")
}
"""The datatypes of values that CSV on the Web knows (section 5.11.1), by IRI."""

_GUARDED = "A value that a spreadsheet would compute has an apostrophe before it."


def metadata(
    content: Dossier | Listing,
    name: str,
    dialect: Mapping[str, Any] | None = None,
) -> dict[str, bytes]:
    """Return the metadata of the file `name` under the name of the file that they go into."""
    document: dict[str, Any] = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": quote(name),
        **_told(content),
    }
    if content.settings.guard:
        document["rdfs:comment"] = _GUARDED
    document |= _provenance(content.origin)
    document["dialect"] = {"encoding": "utf-8", "header": True, **(dialect or {})}
    document["tableSchema"] = {"columns": _columns(content)}
    written = json.dumps(document, ensure_ascii=False, indent=2)
    return {f"{name}-metadata.json": f"{written}\n".encode()}


def origin_of(document: Mapping[str, Any]) -> Origin | None:
    """Return the origin that metadata tell, None when they are not what `metadata` writes."""
    try:
        source = document["dc:source"]
        words = shlex.split(document["prov:wasGeneratedBy"]["rdfs:label"])
        return Origin(
            study=source.get("@id"),
            digest=source["dc:identifier"].removeprefix("sha256:"),
            repository=source.get("schema:codeRepository"),
            revision=source.get("schema:version"),
            arguments=tuple(words[len(_COMMAND.split()) :]),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _told(content: Dossier | Listing) -> dict[str, Any]:
    if isinstance(content, Listing):
        return {"dc:title": content.view, "dc:description": content.summary}
    table = content.table
    told = {
        "dc:title": table.title,
        "dc:description": content.description,
        "dc:license": table.licence and {"@id": table.licence},
    }
    return {name: value for name, value in told.items() if value}


def _provenance(origin: Origin) -> dict[str, Any]:
    source = {
        "@id": origin.study,
        "dc:identifier": f"sha256:{origin.digest}",
        "schema:codeRepository": origin.repository,
        "schema:version": origin.revision,
    }
    command = f"{_COMMAND} {shlex.join(origin.arguments)}".strip()
    return {
        "dc:source": {name: value for name, value in source.items() if value},
        "prov:wasGeneratedBy": {"@type": "prov:Activity", "rdfs:label": command},
    }


def _columns(content: Dossier | Listing) -> Sequence[Mapping[str, Any]]:
    """Return the columns; their names are numbered, since several can have the same heading."""
    if isinstance(content, Listing):
        return [{"name": name, "titles": name} for name in content.header]
    grid = content.grid()
    first = {"name": "heading", "titles": grid.corner}
    columns = [{**first, "propertyUrl": f"{WELL_KNOWN['rdfs']}label"}]
    for place, heading in enumerate(grid.across):
        column = {"titles": heading.label, "propertyUrl": heading.iri}
        typed = _typed(content, [row[place] for row in grid.rows])
        columns.append({"name": f"column_{place + 1}", **column, **typed})
    return columns


def _typed(dossier: Dossier, cells: Sequence[Cell]) -> dict[str, Any]:
    """Return the datatype of a column in which every answer is a bare value of one datatype.

    A value with a unit or a qualifier is text. What cells hold that have no answer is null.
    """
    found: set[str] = set()
    nulls: set[str] = set()
    for cell in cells:
        values = [
            value
            for iri in cell.claims
            if iri in dossier.claims
            for value in dossier.claims[iri].values
        ]
        if [cell.text] == [value.value for value in values]:
            found.add(values[0].datatype)
        elif cell.support is None:
            nulls.add(cell.text)
        else:
            return {}
    names = {_DATATYPES.get(datatype, "") for datatype in found}
    name = "decimal" if names == {"integer", "decimal"} else "".join(names)
    if name not in _DATATYPES.values():
        return {}
    told = map(guarded, nulls) if dossier.settings.guard else nulls
    return {"datatype": name, "null": sorted({"", *told})}
