"""Files that show readers something else, while what programs look at first is honest."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from samples import TANGLED

import mlkg
from mlkg.errors import MlkgError
from mlkg.export import export, export_files
from mlkg.export.origin import digest_of
from mlkg.export.settings import Settings
from mlkg.verification import ALTERED, CURRENT, UNDECIDED, Verification, verify
from mlkg.verification.past import Past
from mlkg.verification.text import as_text

NewStudy = Callable[..., Path]
NOWHERE = "0123456789abcdef" * 2 + "01234567"
BARE = Settings(revision=False)
REPOSITORY = "https://example.org/study"


@pytest.fixture(scope="module")
def past(study: mlkg.Study) -> Past:
    """The real study without a history."""
    return Past(study, None)


def verified(folder: Path, name: str, content: str | bytes, past: Past) -> Verification:
    """Write a file and return what becomes of it."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return verify(path, past)


def replaced(text: str, old: str, new: str) -> str:
    """Return `text` with the first `old`, which is there, in another form."""
    assert old in text
    return text.replace(old, new, 1)


def repacked(content: bytes, part: str, edit: Callable[[bytes], bytes]) -> bytes:
    """Return a workbook with the files edited whose names begin with `part`."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            held = old.read(name)
            new.writestr(name, edit(held) if name.startswith(part) else held)
    return out.getvalue()


@pytest.mark.parametrize(
    ("before", "after"),
    [("", " **Bought by Acme.** {} -->"), ("<!-- mlkg:origin {} --> **Bought by Acme.** ", "")],
)
def test_text_between_comments(
    before: str, after: str, study: mlkg.Study, past: Past, tmp_path: Path
) -> None:
    """A line of Markdown that only begins and ends as the comment of the origin is text."""
    content = export(study, "md", settings=BARE).decode()
    comment = content.splitlines()[-1]
    result = verified(tmp_path, "a.md", replaced(content, comment, before + comment + after), past)
    assert (result.status, result.notes != ()) == (UNDECIDED, True)


@pytest.mark.parametrize(
    "added",
    [
        '<meta name="mlkg:more" http-equiv="refresh" content="0;url=https://example.org/">',
        '<meta name="mlkg:more" content="">',
    ],
)
def test_a_page_that_leads_away(added: str, study: mlkg.Study, past: Past, tmp_path: Path) -> None:
    """An element `meta` that is called as if it told the origin is found."""
    content = export(study, "html").decode()
    edited = replaced(content, '<meta name="mlkg:digest"', f'{added}<meta name="mlkg:digest"')
    assert verified(tmp_path, "a.html", edited, past).status == ALTERED


@pytest.mark.parametrize(
    ("old", "new"), [("</li>", "</ li>"), ("</li>", "</li x>"), ("<li ", "<li/")]
)
def test_a_tag_that_browsers_read_otherwise(
    old: str, new: str, study: mlkg.Study, past: Past, tmp_path: Path
) -> None:
    """A tag is compared as it is written, for programs do not agree on broken ones."""
    edited = replaced(export(study, "html").decode(), old, new)
    assert verified(tmp_path, "a.html", edited, past).status == ALTERED


def test_an_origin_that_leads_away(study: mlkg.Study, past: Past, tmp_path: Path) -> None:
    """An element `meta` of the origin that does something besides is found."""
    content = export(study, "html", settings=BARE).decode()
    edited = replaced(content, 'name="mlkg:study"', 'http-equiv="refresh" name="mlkg:study"')
    assert verified(tmp_path, "a.html", edited, past).status == ALTERED


def test_a_picture_with_a_style_sheet(study: mlkg.Study, past: Past, tmp_path: Path) -> None:
    """A picture that is shown with somebody's style sheet is found."""
    content = export(study, "svg").decode()
    edited = replaced(content, "<svg", '<?xml-stylesheet href="https://example.org/a.css"?><svg')
    result = verified(tmp_path, "a.svg", edited, past)
    assert (result.status, result.differences[0].what) == (ALTERED, "instructions")


@pytest.mark.parametrize(
    ("old", "new"), [('"version": 2', '"version": "2"'), ('"since": null', '"since": "null"')]
)
def test_values_of_another_kind(
    old: str, new: str, study: mlkg.Study, past: Past, tmp_path: Path
) -> None:
    """A number or nothing that became a text in JSON is found."""
    content = export(study, "json", settings=BARE).decode()
    edited = replaced(content, old, new)
    assert json.loads(edited) != json.loads(content)
    assert verified(tmp_path, "a.json", edited, past).status == ALTERED


def test_layout_of_json_does_not_count(study: mlkg.Study, past: Past, tmp_path: Path) -> None:
    """JSON of another layout, with its members in another order, is current."""
    document = json.loads(export(study, "json"))
    turned = json.dumps(dict(reversed(document.items())), indent=7)
    assert verified(tmp_path, "a.json", turned, past).status == CURRENT


def _comment(book: Any) -> None:
    from openpyxl.comments import Comment

    book["Table"]["A1"].comment = Comment("Bought by Acme.", "somebody")


def _number_format(book: Any) -> None:
    book["Claims"]["C2"].number_format = ';;;"yes"'


def _heading(book: Any) -> None:
    book["Table"]["A2"].number_format = ';;;"Acme"'


def _header(book: Any) -> None:
    book["Table"].oddHeader.center.text = "Bought by Acme."


def _footer(book: Any) -> None:
    book["Table"].firstFooter.right.text = "Bought by Acme."


def _link(book: Any) -> None:
    book["Table"]["A2"].hyperlink = "https://example.org/"


def _chart(book: Any) -> None:
    from openpyxl.chart import BarChart

    book["Table"].add_chart(BarChart(), "B2")


def _chart_sheet(book: Any) -> None:
    from openpyxl.chart import BarChart

    book.create_chartsheet("More").add_chart(BarChart())


def _narrow(book: Any) -> None:
    book["Table"].column_dimensions["C"].width = 0.01


def _title(book: Any) -> None:
    book.properties.title = "Acme"


@pytest.mark.parametrize(
    "edit",
    [
        *(_comment, _number_format, _heading, _header, _footer, _link),
        *(_chart, _chart_sheet, _narrow, _title),
    ],
)
def test_a_workbook_that_shows_more(
    edit: Callable[[Any], None], study: mlkg.Study, past: Past, tmp_path: Path
) -> None:
    """What a workbook shows besides the values of its cells is compared too."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(export(study, "xlsx")))
    edit(book)
    out = io.BytesIO()
    book.save(out)
    assert verified(tmp_path, "a.xlsx", out.getvalue(), past).status == ALTERED


def test_another_code_in_a_workbook(study: mlkg.Study, past: Past, tmp_path: Path) -> None:
    """A QR code that was exchanged in a workbook is found."""
    content = export(study, "xlsx", settings=Settings(repository=REPOSITORY, qr=True))
    assert verified(tmp_path, "a.xlsx", content, past).status == CURRENT
    edited = repacked(content, "xl/media/", lambda picture: picture + b"\x00")
    result = verified(tmp_path, "a.xlsx", edited, past)
    assert (result.status, [d.what for d in result.differences]) == (ALTERED, ["QR code"])


def test_properties_in_another_order(study: mlkg.Study, past: Past, tmp_path: Path) -> None:
    """A program that writes the properties of a workbook in its own order changes nothing."""
    import openpyxl

    book: Any = openpyxl.load_workbook(io.BytesIO(export(study, "xlsx")))
    book.custom_doc_props.props.reverse()
    out = io.BytesIO()
    book.save(out)
    assert verified(tmp_path, "a.xlsx", out.getvalue(), past).status == CURRENT


def test_a_guard_taken_off(new_study: NewStudy, tmp_path: Path) -> None:
    """A text that a spreadsheet computes once its apostrophe is gone is found."""
    root = new_study({"all.ttl": replaced(TANGLED, '"Soup"', '"=1+1"')})
    study = mlkg.load(root)
    content = export(study, "csv").decode()
    edited = replaced(content, "'=1+1", "=1+1")
    companion = export_files(study, "a.csv", "csv")["a.csv-metadata.json"]
    (tmp_path / "a.csv-metadata.json").write_bytes(companion)
    assert verified(tmp_path, "a.csv", edited, Past(study, None)).status == ALTERED
    honest = export(study, "csv", settings=Settings(guard=False))
    assert verified(tmp_path, "b.csv", honest, Past(study, None)).status == CURRENT


def test_a_revision_of_nowhere(study: mlkg.Study, tmp_path: Path) -> None:
    """A file that names a revision that is not here is current with a note."""
    content = export(study, "md", settings=Settings(revision=NOWHERE))
    result = verified(tmp_path, "a.md", content, Past(study, study.root))
    said = f"no revision of the data here is {NOWHERE[:12]}, which it names"
    assert (CURRENT, (said,)) == (result.status, result.notes)


def test_another_digest_without_a_history(study: mlkg.Study, past: Past, tmp_path: Path) -> None:
    """Without a history, what is drawn counts under another digest, QR codes as well."""
    settings = Settings(repository=REPOSITORY, qr=True)
    content = export(study, "svg", settings=settings).decode()
    digest = digest_of(study.quads())
    other = content.replace(digest, "0" * 64).replace(digest[:12], "0" * 12)
    assert verified(tmp_path, "a.svg", other, past).status == CURRENT
    edits = (
        ("M-5.5 .5 -2 4 5.5 -4.5", "M-4.5 -4.5 4.5 4.5M4.5 -4.5 -4.5 4.5"),
        ('class="qr" shape-rendering="crispEdges" d="', 'class="qr" d="M9 9h1v1h-1z'),
    )
    for old, new in edits:
        result = verified(tmp_path, "b.svg", replaced(other, old, new), past)
        assert result.status == UNDECIDED
    told = as_text({"b.svg": result}, paint=lambda text, _: text).splitlines()
    assert told[-1] == "  QR code: the file has another than the graph gives"


@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_metadata_stand_for_their_table(
    format: str, study: mlkg.Study, past: Past, tmp_path: Path
) -> None:
    """The file that tells the origin of a table is verified with the table, and never alone."""
    for name, content in export_files(study, f"a.{format}", format).items():
        (tmp_path / name).write_bytes(content)
    beside = tmp_path / f"a.{format}-metadata.json"
    assert verify(beside, past).status == CURRENT
    beside.write_text(replaced(beside.read_text("utf-8"), "Option", "Choice"), "utf-8")
    assert verify(beside, past).status == ALTERED
    (tmp_path / f"a.{format}").unlink()
    with pytest.raises(MlkgError, match="which is not beside it"):
        verify(beside, past)


def test_triples_without_a_table(new_study: NewStudy, tmp_path: Path) -> None:
    """Triples of data that makes no table yet are exported, and verified, all the same."""
    root = new_study({"all.ttl": 'ex:note rdfs:comment "To be filled." .'})
    study = mlkg.load(root)
    content = export(study, "ttl")
    assert verified(tmp_path, "a.ttl", content, Past(study, None)).status == CURRENT
    edited = content.replace(b"filled", b"felled")
    result = verified(tmp_path, "b.ttl", edited, Past(study, None))
    assert (result.status, [d.option for d in result.differences]) == (ALTERED, [None])


def test_an_export_of_another_study(new_study: NewStudy, study: mlkg.Study, tmp_path: Path) -> None:
    """A file of another study is told from an edited one by a note that names both."""
    soup = mlkg.load(new_study({"all.ttl": TANGLED}))
    result = verified(tmp_path, "a.md", export(soup, "md"), Past(study, study.root))
    said = "it is of the study https://example.org/study, and this is "
    assert result.status == ALTERED
    assert said + "https://w3id.org/mlkg/study/ml-deployment" in result.notes


def test_a_page_leads_elsewhere_without_a_history(new_study: NewStudy, tmp_path: Path) -> None:
    """Without a history nobody vouches for the QR code of a page with another digest."""
    named = TANGLED + f"ex:study mlkg:repository <{REPOSITORY}> .\n"
    study = mlkg.load(new_study({"all.ttl": named}))
    content = export(study, "html").decode().replace(digest_of(study.quads()), "0" * 64)
    result = verified(tmp_path, "a.html", content, Past(study, None))
    assert result.status == UNDECIDED


def test_metadata_that_say_two_things(study: mlkg.Study, past: Past, tmp_path: Path) -> None:
    """A member that is twice in the metadata of a table is an error, as it is in JSON."""
    for name, content in export_files(study, "a.csv", "csv").items():
        (tmp_path / name).write_bytes(content)
    beside = tmp_path / "a.csv-metadata.json"
    twice = replaced(beside.read_text("utf-8"), '"dc:title"', '"dc:title": "Acme", "dc:title"')
    beside.write_text(twice, "utf-8")
    with pytest.raises(MlkgError, match="the member 'dc:title' is there twice"):
        verify(beside, past)


@pytest.mark.parametrize("number", range(1, 6))
def test_a_broken_sheet(number: int, study: mlkg.Study, past: Past, tmp_path: Path) -> None:
    """A sheet that is no XML makes an error of mlkg's own, whichever sheet it is."""
    part = f"xl/worksheets/sheet{number}.xml"
    edited = repacked(export(study, "xlsx"), part, lambda sheet: sheet.replace(b"</v>", b"", 1))
    with pytest.raises(MlkgError, match="it is no workbook: "):
        verified(tmp_path, "a.xlsx", edited, past)
