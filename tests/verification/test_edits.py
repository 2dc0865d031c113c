"""Whatever is changed in an export is found, and named with its cell."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import HOSTILE, PREFIXES, TANGLED, VALUED

import mlkg
from mlkg import export
from mlkg.export.dossier import Dossier, dossier
from mlkg.export.part import LEFT_OUT, Part
from mlkg.export.records import Evidence
from mlkg.export.settings import Settings
from mlkg.table import Heading
from mlkg.verification import ALTERED, CURRENT, formats, verify
from mlkg.verification.past import Past
from mlkg.verification.reading import DRAWING, ReadingError

READERS = tuple(
    name for name in export.format_names() if name not in export.RDF_FORMATS and name in formats()
)
FORMS = ("earl", "nanopub", "oa", "prov", "qb")
PARTS = {
    "whole": Part(),
    "transposed": Part(transpose=True),
    "option": Part(options=("soup",)),
    "criteria": Part(criteria=("warm", "cheap"), transpose=True),
    "states": Part(states=("unsupported", "missing")),
    "new states": Part(states=("weak", "by-absence", "not-applicable", "not-assessed")),
}


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, mlkg.Study]:
    """The tangled study, the hostile one, and the one with values."""
    found: dict[str, mlkg.Study] = {}
    for name, text in (("tangled", TANGLED), ("hostile", HOSTILE), ("valued", VALUED)):
        folder = tmp_path_factory.mktemp(name)
        (folder / "data").mkdir()
        (folder / "data" / "all.ttl").write_text(PREFIXES + text, "utf-8")
        found[name] = mlkg.load(folder)
    return found


def written(
    folder: Path,
    study: mlkg.Study,
    format: str,
    part: Part = PARTS["whole"],
    settings: Settings = Settings(),  # noqa: B008 - immutable
) -> Path:
    """Export a study to a file, with what stands beside it, and return the path."""
    name = f"out.{'nq' if format in FORMS else format}"
    for file, content in export.export_files(study, name, format, part, settings).items():
        (folder / file).write_bytes(content)
    return folder / name


@pytest.mark.parametrize(
    ("part", "name"),
    [(part, "valued") for part in PARTS] + [(part, "tangled") for part in list(PARTS)[:-1]],
)
@pytest.mark.parametrize("format", [*READERS, *export.RDF_FORMATS, *FORMS])
def test_an_export_is_current(
    format: str, part: str, name: str, studies: dict[str, mlkg.Study], tmp_path: Path
) -> None:
    """Every format and every part, verified right after it was written, is current."""
    study = studies[name]
    path = written(tmp_path, study, format, PARTS[part])
    result = verify(path, Past(study, None))
    assert (result.status, result.differences) == (CURRENT, ())


@pytest.mark.parametrize("format", [*READERS, "ttl", "nq", "trig", "jsonld", *FORMS])
def test_an_export_of_hostile_texts_is_current(
    format: str, studies: dict[str, mlkg.Study], tmp_path: Path
) -> None:
    """Texts that are markup in a format do not confuse what reads it back."""
    study = studies["hostile"]
    path = written(tmp_path, study, format)
    past = Past(study, None)
    assert verify(path, past).status == CURRENT
    path.write_bytes(path.read_bytes() + b"\n")  # not the same bytes: now it is read
    try:
        result = verify(path, past)
    except ReadingError:
        assert format == "xlsx"  # nothing may follow a zip file
        return
    assert (result.status, result.differences) == (CURRENT, ())


@pytest.mark.parametrize(
    ("format", "settings"),
    [
        ("md", Settings(footnotes=False)),
        ("csv", Settings(guard=False)),
        ("tex", Settings(document=False)),
        ("svg", Settings(repository="https://example.org/other", qr=True)),
        ("xlsx", Settings(repository="https://example.org/other", qr=True)),
    ],
)
def test_settings_are_made_again(
    format: str, settings: Settings, studies: dict[str, mlkg.Study], tmp_path: Path
) -> None:
    """An export with settings of its own is compared with one that has the same."""
    study = studies["tangled"]
    result = verify(written(tmp_path, study, format, settings=settings), Past(study, None))
    assert result.status == CURRENT


def _writer(format: str) -> object:
    return importlib.import_module(f"mlkg.export.formats.{format}")


@pytest.mark.parametrize(
    "format", sorted({"csv", "tsv", "json", "md", "tex", "xlsx"} & set(READERS))
)
def test_rows_of_a_view(format: str, studies: dict[str, mlkg.Study], tmp_path: Path) -> None:
    """The rows of a view verify as the table does, and a changed value is found."""
    study = studies["tangled"]
    name = f"view.{format}"
    files = export.export_view_files(study, name, "evidence", format)
    for file, content in files.items():
        (tmp_path / file).write_bytes(content)
    past = Past(study, None)
    assert verify(tmp_path / name, past).status == CURRENT
    if format != "xlsx":
        edited = files[name].replace(b"steams", b"smokes")
        assert edited != files[name]
        (tmp_path / name).write_bytes(edited)
        assert verify(tmp_path / name, past).status == ALTERED


def cells(content: Dossier) -> Iterator[tuple[int, int]]:
    """Yield the place of each cell that is part of an export."""
    for i, row in enumerate(content.table.rows):
        for j, cell in enumerate(row):
            if cell is not LEFT_OUT:
                yield i, j


def with_cell(content: Dossier, i: int, j: int, **changes: str) -> Dossier:
    """Return a dossier with one cell changed, and its origin as it was."""
    rows = [list(row) for row in content.table.rows]
    rows[i][j] = rows[i][j]._replace(**changes)  # type: ignore[arg-type]
    return content._replace(table=content.table._replace(rows=tuple(map(tuple, rows))))


@pytest.mark.parametrize(
    ("part", "name"), [("whole", "tangled"), ("transposed", "tangled"), ("whole", "valued")]
)
@pytest.mark.parametrize("format", READERS)
def test_an_edited_cell_is_named(
    format: str, part: str, name: str, studies: dict[str, mlkg.Study], tmp_path: Path
) -> None:
    """Each cell in turn, written otherwise under an honest origin, is found and is the only one."""
    study = studies[name]
    content = dossier(study, PARTS[part])
    path = written(tmp_path, study, format, PARTS[part])
    past = Past(study, None)
    table = content.table
    for i, j in cells(content):
        edited = with_cell(content, i, j, text="◐ (edited)")
        path.write_bytes(_writer(format).study(edited))  # type: ignore[attr-defined]
        result = verify(path, past)
        assert result.status == ALTERED
        said = [d for d in result.differences if d.what != DRAWING]  # others move in a picture
        named = {(d.option, d.criterion) for d in said if d.option is not None}
        assert named == {(table.options[i].label, table.criteria[j].label)}
        (text,) = [d for d in result.differences if d.what == "text" and d.option is not None]
        assert "edited" in (text.file or "")


@pytest.mark.parametrize("name", ["tangled", "valued"])
@pytest.mark.parametrize("format", [name for name in READERS if name not in {"csv", "tsv"}])
def test_an_edited_state_is_named(
    format: str, name: str, studies: dict[str, mlkg.Study], tmp_path: Path
) -> None:
    """A cell that only claims another state is found."""
    study = studies[name]
    content = dossier(study)
    path = written(tmp_path, study, format)
    past = Past(study, None)
    for i, j in cells(content):
        cell = content.table.rows[i][j]
        state = "supported" if cell.state != "supported" else "weak"
        edited = with_cell(content, i, j, state=state)
        reasons = [reason for iri in cell.claims for reason in content.claims[iri].rationale]
        if format == "md" and not (content.evidence(cell) or reasons):
            continue  # shows no state without a footnote
        path.write_bytes(_writer(format).study(edited))  # type: ignore[attr-defined]
        result = verify(path, past)
        assert result.status == ALTERED
        named = {(d.option, d.criterion) for d in result.differences if d.option is not None}
        table = content.table
        assert named == {(table.options[i].label, table.criteria[j].label)}


EDITS: dict[str, dict[str, object]] = {
    "findings": {"findings": ("Something else.",)},
    "quote": {"quote": "never said"},
    "direction": {"direction": "elsewhere"},
    "indicates": {"indicates": "something else"},
    "excludes": {"excludes": "something else"},
    "excludes qualifier": {"excludes_qualifier": "something else"},
    "retrieved": {"retrieved": "1999-12-31"},
    "locator": {"locator": "elsewhere"},
    "edition": {"edition": "0.9"},
    "valid from": {"valid_from": "1999-12-31"},
    "valid until": {"valid_until": "2099-12-31"},
    "certainty": {"certainty": "complete"},
    "applies to": {"applies_to": ("everybody",)},
    "by way of": {"relies_on": (Heading("Something", "https://example.org/other"),)},
    "stated under": {"stated_under": "Something"},
    "withdrawn": {"withdrawn": "for another reason"},
    "by": {"by": ("Somebody",)},
}
"""What somebody may change in a piece of evidence, besides its source and whether it counts."""


def labels_of(content: Dossier) -> dict[str, tuple[str, str]]:
    """Return the option and the criterion of each claim, by its IRI."""
    return {
        claim: (option.label, criterion.label)
        for option, row in zip(content.table.options, content.table.rows, strict=True)
        for criterion, cell in zip(content.table.criteria, row, strict=True)
        for claim in cell.claims
    }


@pytest.mark.parametrize("name", ["tangled", "valued"])
@pytest.mark.parametrize("format", [name for name in READERS if name not in {"csv", "tsv", "svg"}])
def test_edited_evidence_is_named(
    format: str, name: str, studies: dict[str, mlkg.Study], tmp_path: Path
) -> None:
    """Evidence that says anything otherwise, or is gone, is found with its cell."""
    study = studies[name]
    content = dossier(study)
    path = written(tmp_path, study, format)
    past = Past(study, None)
    labels = labels_of(content)
    pieces = [
        (claim, place) for claim in content.claims.values() for place in range(len(claim.evidence))
    ]
    step = 3 if len(pieces) < 10 else len(EDITS) + 3
    seen = 0
    for number, (claim, place) in enumerate(pieces):
        piece = claim.evidence[place]
        before, after = claim.evidence[:place], claim.evidence[place + 1 :]
        changes: list[tuple[Evidence, ...]] = [()]
        changes += [(piece._replace(**edit),) for edit in EDITS.values()]  # type: ignore[arg-type]
        changes += [(piece._replace(current=not piece.current),)]
        changes += [(piece._replace(source=None if piece.source else content.sources[0]),)]
        # Of many pieces each has one of the changes, for all of both would take minutes.
        for changed in changes[number % step :: step]:
            edited_claim = claim._replace(evidence=(*before, *changed, *after))
            claims = {**content.claims, claim.iri: edited_claim}
            path.write_bytes(_writer(format).study(content._replace(claims=claims)))  # type: ignore[attr-defined]
            result = verify(path, past)
            assert result.status == ALTERED
            named = {(d.option, d.criterion) for d in result.differences if d.option}
            renumbered = format == "tex"  # its sources are numbered
            assert named == {labels[claim.iri]} or (labels[claim.iri] in named and renumbered)
            seen += 1
    assert seen > len(EDITS)


@pytest.mark.parametrize(
    "edit",
    [
        {"values": ()},
        {"verdicts": ("https://example.org/x",)},
        {"despite": ("https://example.org/x",)},
        {"verdict": "something else"},
        {"qualifier": "something else"},
    ],
    ids=str,
)
def test_an_edited_claim_is_named(
    edit: dict[str, object], studies: dict[str, mlkg.Study], tmp_path: Path
) -> None:
    """What JSON says of a claim beside the cell is compared too."""
    study = studies["valued"]
    content = dossier(study)
    path = written(tmp_path, study, "json")
    labels = labels_of(content)
    for iri, claim in content.claims.items():
        edited = claim._replace(**edit)  # type: ignore[arg-type]
        if edited == claim:
            continue
        changed = content._replace(claims={**content.claims, iri: edited})
        path.write_bytes(_writer("json").study(changed))  # type: ignore[attr-defined]
        result = verify(path, Past(study, None))
        assert result.status == ALTERED
        assert {(d.option, d.criterion) for d in result.differences} == {labels[iri]}


@pytest.mark.parametrize("format", READERS)
def test_rows_swapped_removed_added(
    format: str, studies: dict[str, mlkg.Study], tmp_path: Path
) -> None:
    """Rows in another order, and rows and columns too few or too many, are found."""
    study = studies["tangled"]
    content = dossier(study)
    table = content.table
    path = written(tmp_path, study, format)
    first, *others = table.rows
    double = (*table.options, table.options[0]._replace(label="Extra", iri="https://example.org/x"))
    anchors = {
        **content.anchors,
        **{("https://example.org/x", c.iri): f"x.{n}" for n, c in enumerate(table.criteria)},
    }
    for edited in (
        table._replace(options=(*table.options[1:], table.options[0]), rows=(*others, first)),
        table._replace(rows=(others[0], first, *others[1:])),
        table._replace(options=table.options[1:], rows=tuple(others)),
        table._replace(criteria=table.criteria[1:], rows=tuple(row[1:] for row in table.rows)),
        table._replace(options=double, rows=(*table.rows, first)),
    ):
        changed = content._replace(table=edited, anchors=anchors)
        path.write_bytes(_writer(format).study(changed))  # type: ignore[attr-defined]
        assert verify(path, Past(study, None)).status == ALTERED


@pytest.mark.parametrize("format", ["ttl", "nt", "nq", "trig", "jsonld", "rdfxml"])
def test_triples_changed_or_gone(
    format: str, studies: dict[str, mlkg.Study], tmp_path: Path
) -> None:
    """A verdict changed in the triples is named with its cell in every syntax."""
    study = studies["tangled"]
    path = written(tmp_path, study, format)
    content = path.read_text("utf-8")
    edited = content.replace("It steams.", "It smokes.", 1)
    assert edited != content
    path.write_text(edited, "utf-8")
    result = verify(path, Past(study, None))
    assert result.status == ALTERED
    assert {(d.option, d.criterion) for d in result.differences} == {("Pie", "Warm")}
    assert [d.file for d in result.differences] == ['"It smokes."@en']


@pytest.mark.parametrize("name", ["tangled", "valued"])
@pytest.mark.parametrize("format", FORMS)
def test_a_line_missing_in_a_form(
    format: str, name: str, studies: dict[str, mlkg.Study], tmp_path: Path
) -> None:
    """Each statement that is taken out of a standard form is missed."""
    study = studies[name]
    path = written(tmp_path, study, format)
    past = Past(study, None)
    lines = path.read_text("utf-8").splitlines(keepends=True)
    for place in range(1, len(lines), 1 if name == "tangled" else 7):
        path.write_text("".join((*lines[:place], *lines[place + 1 :])), "utf-8")
        assert verify(path, past).status == ALTERED


TEXT_FORMATS = tuple(name for name in READERS if name != "xlsx")


@pytest.mark.parametrize("format", [*TEXT_FORMATS, "nt"])
@settings(max_examples=60)
@given(data=st.data())
def test_any_letter_changed_is_found(
    format: str, data: st.DataObject, studies: dict[str, mlkg.Study]
) -> None:
    """One letter or digit changed anywhere in a text format makes it altered, or no such file."""
    study = studies["tangled"]
    content = export.export(study, format).decode()
    places = [place for place, letter in enumerate(content) if letter.isalnum()]
    place = data.draw(st.sampled_from(places))
    letter = data.draw(st.sampled_from("aZ09é✘").filter(lambda one: one != content[place]))
    folder = study.root / "edited"
    folder.mkdir(exist_ok=True)
    path = folder / f"any.{format}"
    path.write_text(content[:place] + letter + content[place + 1 :], "utf-8", newline="")
    try:
        result = verify(path, Past(study, None))
    except mlkg.errors.MlkgError:
        return
    assert result.status != CURRENT or result.notes


def test_a_note_on_an_added_region(studies: dict[str, mlkg.Study], tmp_path: Path) -> None:
    """A document with marked regions is pointed to the command that checks those."""
    study = studies["tangled"]
    path = tmp_path / "README.md"
    path.write_text("<!-- mlkg:begin table -->\n| a |\n| - |\n<!-- mlkg:end -->\n", "utf-8")
    with pytest.raises(ReadingError, match="mlkg export --into FILE --check"):
        verify(path, Past(study, None))
