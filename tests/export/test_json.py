"""JSON: its structure is what its schema says, and holds all that the dossier does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from samples import HOSTILE, SMALL, TANGLED, VALUED

import mlkg
from mlkg import export
from mlkg.export.dossier import dossier
from mlkg.export.part import Part
from mlkg.results import render

NewStudy = Callable[..., Path]
VALIDATOR = jsonschema.Draft202012Validator(export.json_schema())
PARTS = [
    Part(),
    Part(transpose=True),
    Part(states=("supported", "missing")),
    Part(states=("reconciled",)),
]


def exported(study: mlkg.Study, part: Part = Part()) -> Any:  # noqa: B008 - a frozen record
    """Return the export as Python reads it."""
    return json.loads(export.export(study, "json", part))


def closed(schema: Any) -> Any:
    """Return a schema whose objects have no members but those that it names."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(part) for name, part in schema.items()}
    return {**inner, "additionalProperties": False} if "properties" in schema else inner


def test_the_schema_is_one() -> None:
    """The schema is a schema, and refuses what is no export."""
    jsonschema.Draft202012Validator.check_schema(export.json_schema())
    assert not VALIDATOR.is_valid({"version": 2})


@pytest.mark.parametrize("part", PARTS, ids=str)
@pytest.mark.parametrize(
    "sample", [SMALL, TANGLED, VALUED, HOSTILE], ids=["small", "tangled", "valued", "hostile"]
)
def test_valid(new_study: NewStudy, sample: str, part: Part) -> None:
    """Every study and part is valid, and no member of it is missing in the schema."""
    study = mlkg.load(new_study({"all.ttl": sample}))
    document = exported(study, part)
    assert [error.message for error in VALIDATOR.iter_errors(document)] == []
    strict = jsonschema.Draft202012Validator(closed(export.json_schema()))
    assert [error.message for error in strict.iter_errors(document)] == []


def test_the_real_study(study: mlkg.Study) -> None:
    """The study of this repository is valid and whole: claims, evidence, sources, anchors."""
    document = exported(study)
    VALIDATOR.validate(document)
    found = dossier(study)
    assert [
        len(document["claims"]),
        len(document["options"]),
        len(document["criteria"]),
    ] == [100, 10, 10]
    assert [claim.iri for claim in found.claims.values()] == [
        claim["iri"] for claim in document["claims"]
    ]
    assert [piece.iri for claim in found.claims.values() for piece in claim.evidence] == [
        piece["iri"] for piece in document["evidence"]
    ]
    assert [source.iri for source in found.sources] == [
        source["iri"] for source in document["sources"]
    ]
    assert document["rows"][0][0]["anchor"] == "aws-sagemaker.supported-platforms"
    named = {piece["source"] for piece in document["evidence"]} - {None}
    assert named <= {source["iri"] for source in document["sources"]}


def test_cells_come_back(new_study: NewStudy) -> None:
    """Rows are options, transposed or not, with the text and the state of each cell."""
    study = mlkg.load(new_study({"all.ttl": SMALL}))
    for part in (Part(), Part(transpose=True)):
        document = exported(study, part)
        assert part.transpose == document["transposed"]
        assert [
            [(cell["text"], cell["state"], cell["anchor"]) for cell in row]
            for row in document["rows"]
        ] == [
            [("✔", "supported", "soup.warm"), ("◐ (at noon)", "unsupported", "soup.cheap")],
            [("✘", "unsupported", "pie.warm"), ("?", "open", "pie.cheap")],
        ]


def test_origin(new_study: NewStudy) -> None:
    """The origin stands as it is."""
    study = mlkg.load(new_study({"all.ttl": HOSTILE}))
    part = Part(options=("https://example.org/plus",))
    origin = dossier(study, part).origin
    told = exported(study, part)["origin"]
    assert {**origin._asdict(), "arguments": list(origin.arguments)} == told


def test_a_view_is_results_of_sparql(new_study: NewStudy) -> None:
    """A view is SPARQL Query Results JSON, the same as `mlkg query` prints, with its origin."""
    study = mlkg.load(new_study({"all.ttl": TANGLED}))
    for view in ("evidence", "coverage", "sources"):
        document = json.loads(export.export_view(study, view, "json"))
        plain = json.loads(render(study.select(view), "json", study.prefixes))
        assert (plain["head"], plain["results"]) == (document["head"], document["results"])
        assert ["--view", view] == document["origin"]["arguments"]
