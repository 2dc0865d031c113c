"""What the commands that write have in common: files that stay as they are elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from samples import HOUSE, Run

import mlkg
from mlkg.turtle.house_form import house_form

ROOT = Path(__file__).parents[1]
NewStudy = Callable[..., Path]

pytestmark = pytest.mark.usefixtures("no_git_user")

LINK = ["link", "soup", "cheap", "--source", "https://example.org/prices?x=1#y", "--supports"]
FULL = [
    *LINK,
    *("--kind", "vendorPage", "--title", "Our prices: 2024!", "--publisher", "The Kitchen"),
    *("--indicates", "◐", "--finding", 'Half "price"\nat noon.', "--quote", r"½ \ off"),
    *("--retrieved", "2024-01-31", "--by", "Ann Example", "--date", "2024-02-01"),
]
EVIDENCE = r"""
ex:e2
  a mlkg:Evidence ;
  mlkg:about ex:soup-cheap ;
  mlkg:indicates mlkg:partial ;
  mlkg:finding "Half \"price\"\nat noon."@en ;
  mlkg:quote "½ \\ off" ;
  mlkg:source ex:our-prices-2024 ;
  mlkg:retrievedOn "2024-01-31"^^xsd:date ;
  prov:wasAttributedTo ex:ann-example ;
  prov:generatedAtTime "2024-02-01T00:00:00Z"^^xsd:dateTime .
"""
SOURCE = """
ex:our-prices-2024
  a mlkg:Source ;
  dcterms:title "Our prices: 2024!"@en ;
  schema:url <https://example.org/prices?x=1#y> ;
  mlkg:sourceKind mlkg:vendorPage ;
  dcterms:publisher ex:the-kitchen .
"""
AGENTS = """
# People

ex:ann-example
  a foaf:Person ;
  foaf:name "Ann Example" .

# Organisations

ex:the-kitchen
  a foaf:Organization ;
  foaf:name "The Kitchen" .
"""


def below(text: str, record: str, new: str) -> str:
    """Return `text` with `new` under the statement about `record`."""
    start = text.index(f"\n{record}\n")
    end = text.index(" .\n", start) + len(" .\n")
    return text[:end] + new + text[end:]


def linked(text: str) -> str:
    """Return the small study with what FULL adds."""
    text = below(text, "ex:soup-cheap", EVIDENCE)
    return below(text, "ex:menu", SOURCE) + AGENTS


def test_link_writes_the_house_form(run: Run, new_study: NewStudy) -> None:
    """Evidence goes below its claim, the source below the others, people to the end."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    done = run(*FULL, cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    written = (folder / "data" / "all.ttl").read_text("utf-8")
    assert linked(HOUSE) == written
    assert written == house_form(written)
    lines = written.splitlines()
    places = dict(re.findall(r"^data/all.ttl:(\d+): (\S+)$", done.stdout, re.MULTILINE))
    assert places == {
        str(lines.index(name) + 1): name
        for name in ("ex:e2", "ex:our-prices-2024", "ex:ann-example", "ex:the-kitchen")
    }
    assert mlkg.load(folder).validate().counts()["error"] == 0


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_mark_stay(run: Run, new_study: NewStudy, mark: bytes) -> None:
    """A file with CRLF keeps CRLF in every line, and a byte order mark stays in its place."""
    folder = new_study({"all.ttl": mark + HOUSE.replace("\n", "\r\n").encode()})
    assert run(*FULL, cwd=folder).returncode == 0
    content = (folder / "data" / "all.ttl").read_bytes()
    assert mark + linked(HOUSE).replace("\n", "\r\n").encode() == content


def test_dry_run_shows_the_patch(run: Run, new_study: NewStudy) -> None:
    """--dry-run prints a unified diff that `patch` could apply, and leaves the file alone."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    done = run(*FULL, "--dry-run", cwd=folder)
    assert done.returncode == 0
    assert (folder / "data" / "all.ttl").read_text("utf-8") == HOUSE
    assert done.stdout.startswith("--- a/data/all.ttl\n+++ b/data/all.ttl\n@@ ")
    added = [line[1:] for line in done.stdout.splitlines()[2:] if line.startswith("+")]
    assert sorted(added) == sorted((EVIDENCE + SOURCE + AGENTS).splitlines())
    assert not [line for line in done.stdout.splitlines()[2:] if line.startswith("-")]


def test_a_source_is_reused_and_numbers_go_on(run: Run, new_study: NewStudy) -> None:
    """A page that the study has is not recorded twice; evidence is numbered after the last."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    page = ["--source", "HTTPS://example.org/menu/", "--inconclusive", "--date", "2024-02-02"]
    page += ["--retrieved", "2024-02-01"]
    assert run("link", "soup", "warm", *page, cwd=folder).returncode == 0
    assert run("link", "soup", "warm", *page, "--finding", "Two.", cwd=folder).returncode == 0
    text = (folder / "data" / "all.ttl").read_text("utf-8")
    assert text.count("a mlkg:Source") == 1
    assert text.index("\nex:e1\n") < text.index("\nex:e2\n") < text.index("\nex:e3\n")
    expected = """
ex:e2
  a mlkg:Evidence ;
  mlkg:about ex:soup-warm ;
  mlkg:source ex:menu ;
  mlkg:retrievedOn "2024-02-01"^^xsd:date ;
  prov:generatedAtTime "2024-02-02T00:00:00Z"^^xsd:dateTime .
"""
    assert expected in text


def test_names_follow_the_neighbours(run: Run, real: Path) -> None:
    """In the real study, evidence and source are named as the others; prefixes stay sorted."""
    before = (real / "data" / "claims-kubeflow.ttl").read_text("utf-8")
    page = ["--source", "https://www.kubeflow.org/docs/pipelines/", "--kind", "official doc"]
    assert run("link", "kubeflow", "cost", *page, "--supports", cwd=real).returncode == 0
    after = (real / "data" / "claims-kubeflow.ttl").read_text("utf-8")
    assert after == house_form(after)
    assert "\nevidence:kubeflow-cost-plan-3\n" in after
    assert "\nsource:kubeflow-pipelines\n" in after
    assert [line for line in before.splitlines() if line not in after.splitlines()] == []
    others = [path for path in real.glob("data/*.ttl") if path.name != "claims-kubeflow.ttl"]
    assert [p for p in others if p.read_bytes() != (ROOT / "data" / p.name).read_bytes()] == []


@pytest.fixture
def real(tmp_path: Path) -> Path:
    """A copy of the real study that may be written to."""
    (tmp_path / "data").mkdir()
    for path in (ROOT / "data").glob("*.ttl"):
        (tmp_path / "data" / path.name).write_bytes(path.read_bytes())
    return tmp_path


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["link", "soup", "cheap", "--supports"], "give --source URL"),
        ([*LINK, "--disputes"], "--supports or --disputes: evidence points one way"),
        (
            LINK,
            "a new source needs its --kind: article, codeRepository, forum, issueTracker, "
            "officialDocumentation, ownTest",
        ),
        ([*LINK, "--kind", "blog"], "no kind of source is called blog"),
        ([*LINK[:4], "ftp://example.org/x", "--supports"], "not an http or https address"),
        ([*LINK[:4], "https://exa mple.org/", "--supports"], "not an http or https address"),
        ([*FULL, "--retrieved", "2024-02-30"], "2024-02-30: no such day"),
        (
            [
                "link",
                "soup",
                "warm",
                *LINK[3:5],
                "--disputes",
                "--indicates",
                "yes",
                "--kind",
                "forum",
            ],
            "Soup × Warm: --disputes, but evidence with these answers supports the claim, which "
            "says ✔; leave out --disputes",
        ),
        ([*FULL, "--indicates", "paid"], "no verdict is called paid"),
        (["link", "sou", "hot", *LINK[3:]], "no criterion is called hot"),
        (["set", "soup", "cheap"], "give the ANSWER"),
        (["set", "soup", "cheap", "yes"], "who says so? give --by NAME, or set git's user.name"),
        (["set", "soup", "cheap", "yes", "--by", "A", "--date", "soon"], "soon: no such time"),
        (["new", "criterion", "Hot"], "give --definition"),
        (["new", "option", " "], "a new option needs a label"),
        (["new", "option", "SOUP"], "the study has the option Soup, with all of its claims"),
        (["new", "criterion", "Hot", "--definition", "x", "--broader", "warm"], "off the table"),
        (["new", "criterion", "Hot", "--definition", "x", "--scale", "z"], "no scale is called z"),
        (["fmt", "data/nothing.ttl"], "data/nothing.ttl: cannot be read"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else "",
)
def test_what_is_missing_or_wrong(
    run: Run, new_study: NewStudy, args: list[str], message: str
) -> None:
    """Status 2, a message that says the way out, nothing on stdout, and nothing written."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    done = run(*args, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert {
        path.name: path.read_text("utf-8") if path.is_file() else None for path in folder.rglob("*")
    } == {"data": None, "all.ttl": HOUSE}


def test_what_validation_refuses_is_not_written(run: Run, new_study: NewStudy) -> None:
    """A change that would add an error is refused; one that was there before is no obstacle."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    (folder / "queries" / "checks").mkdir(parents=True)
    (folder / "queries" / "checks" / "no-forums.rq").write_text(
        '#+ summary: A forum\n#+ severity: error\n#+ message: "{focus} is a forum"\n'
        "PREFIX mlkg: <https://w3id.org/mlkg/ns#>\n"
        "SELECT ?focus WHERE { ?focus mlkg:sourceKind mlkg:forum } ORDER BY ?focus\n"
    )
    done = run(*LINK, "--kind", "forum", cwd=folder)
    assert done.returncode == 2
    assert "nothing written; the change would add:\n  no-forums: " in done.stderr
    assert (folder / "data" / "all.ttl").read_text("utf-8") == HOUSE
    broken = HOUSE.replace("mlkg:vendorPage", "mlkg:forum")
    (folder / "data" / "all.ttl").write_text(broken, "utf-8")
    assert run(*LINK, "--kind", "article", cwd=folder).returncode == 0


def test_findings_on_the_new_records_are_shown(run: Run, new_study: NewStudy) -> None:
    """Warnings about what was written go to stderr; those about other records are not repeated."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    disputing = ["--source", "https://example.org/menu", "--disputes", "--finding", "It is cold."]
    done = run("link", "soup", "warm", *disputing, cwd=folder)
    assert done.returncode == 0
    assert done.stderr == (
        "warning[disputed-claim] Soup × Warm: the claim says ✔, and evidence disputes it: "
        "It is cold.\n"
    )
