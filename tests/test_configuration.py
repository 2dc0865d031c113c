"""Settings of a study: read from its folder, checked to the last key, beaten by options."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from samples import SMALL, Run

from mlkg.errors import ConfigurationError
from mlkg.validation.configuration import Configuration, read_configuration

NewStudy = Callable[..., Path]

ALL = """\
select = ["unsupported-claim", "missing-claim"]
ignore = ["missing-claim"]
fail-on = "warning"
baseline = "known.txt"
paths = ["data/*.ttl"]
severities = { unsupported-claim = "error" }
"""


def test_no_settings(tmp_path: Path) -> None:
    """Without a file, and with a pyproject.toml that is not about mlkg, all is default."""
    assert read_configuration(tmp_path) == Configuration()
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n', "utf-8")
    assert read_configuration(tmp_path) == Configuration()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mlkg.toml", ALL),
        ("pyproject.toml", f"[tool.mlkg]\n{ALL}"),
        ("pyproject.toml", "\ufeff[tool.mlkg]\r\n" + ALL.replace("\n", "\r\n")),
    ],
)
def test_all_settings(tmp_path: Path, name: str, text: str) -> None:
    """Both files hold the same keys."""
    (tmp_path / name).write_bytes(text.encode())
    found = read_configuration(tmp_path)
    assert found.select == {"unsupported-claim", "missing-claim"}
    assert found.ignore == {"missing-claim"}
    assert found.fail_on == "warning"
    assert found.baseline == tmp_path / "known.txt"
    assert found.paths == ("data/*.ttl",)
    assert found.severities == {"unsupported-claim": "error"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fail_on = 'error'", "mlkg.toml: fail_on: there is no such key; did you mean fail-on?"),
        ("colour = 'red'", "mlkg.toml: colour: there is no such key; see docs/ci.md"),
        ("fail-on = 'grave'", "mlkg.toml: fail-on: 'grave' is none of error, warning, info, never"),
        ("fail-on = 1", "mlkg.toml: fail-on: 1 is none of error"),
        ("select = 'missing-claim'", "mlkg.toml: select: not a list of names"),
        ("paths = [1]", "mlkg.toml: paths: not a list of names"),
        ("baseline = true", "mlkg.toml: baseline: not the name of a file"),
        ("severities = ['a']", "mlkg.toml: severities: not a table"),
        (
            "severities.x = 'high'",
            "mlkg.toml: severities.x: 'high' is none of error, warning, info",
        ),
        ("a = 1\nb = \n", "mlkg.toml:2:5: not TOML: Invalid value"),
        ("a", "mlkg.toml: not TOML: Expected '=' after a key in a key/value pair"),
    ],
)
def test_broken_settings(tmp_path: Path, text: str, message: str) -> None:
    """Every fault names the file and the key, and the way out."""
    (tmp_path / "mlkg.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_configuration(tmp_path)
    shown = str(caught.value).removeprefix(f"{tmp_path}/")
    assert shown.replace(":1:2: not", ": not").startswith(message)


def test_settings_in_two_files(tmp_path: Path) -> None:
    """Nobody has to guess which file counts."""
    (tmp_path / "mlkg.toml").write_text("", "utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.mlkg]\n", "utf-8")
    with pytest.raises(ConfigurationError, match="both hold settings; keep one of them"):
        read_configuration(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('ignore = ["mising-claim"]', "mlkg.toml: ignore: no rule or shape is called mising-claim"),
        ('select = ["x"]', "mlkg.toml: select: no rule or shape is called x; see mlkg rule"),
        ('severities.mising-claim = "info"', "did you mean missing-claim?"),
        ('fail_on = "info"', "did you mean fail-on?"),
        ('paths = ["lunch/*.ttl"]', "lunch/*.ttl: no data file of the study is there"),
        ('ignore = ["orphan-source"]\nselect = ["orphan-source"]', "0 checks performed"),
    ],
)
def test_the_command_refuses(run: Run, new_study: NewStudy, text: str, message: str) -> None:
    """Settings that cannot be meant end with status 2 before anything is reported."""
    folder = new_study({"all.ttl": SMALL})
    (folder / "mlkg.toml").write_text(text, "utf-8")
    done = run("validate", cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_have_their_effect(run: Run, new_study: NewStudy) -> None:
    """Severities, choice of rules, the limit and the baseline come from the settings."""
    folder = new_study({"all.ttl": SMALL})
    (folder / "mlkg.toml").write_text(ALL, "utf-8")
    done = run("validate", cwd=folder)
    assert done.stdout.splitlines()[0].startswith("data/all.ttl:20:16: error[unsupported-claim] ")
    assert done.stdout.endswith("\n11 records, 1 check, 2 errors, 0 warnings, 0 info\n")
    assert done.returncode == 1
    run("validate", "--update-baseline", cwd=folder)
    assert (folder / "known.txt").is_file()
    assert run("validate", cwd=folder).returncode == 0


@pytest.mark.parametrize(
    ("options", "summary", "status"),
    [
        (("--fail-on", "never"), "1 check, 2 errors, 0 warnings, 0 info", 0),
        (("--select", "missing-claim"), "1 check, 0 errors, 0 warnings, 0 info", 0),
        (("--ignore", "unsupported-claim"), "", 2),
        (("-s", "unsupported-claim,orphan-source"), "2 checks, 2 errors, 0 warnings, 0 info", 1),
    ],
)
def test_options_beat_settings(
    run: Run, new_study: NewStudy, options: tuple[str, ...], summary: str, status: int
) -> None:
    """--select takes the place of both lists, --ignore adds to one, --fail-on decides."""
    folder = new_study({"all.ttl": SMALL})
    (folder / "mlkg.toml").write_text(ALL, "utf-8")
    done = run("validate", "-q", *options, cwd=folder)
    assert done.returncode == status
    assert done.stdout.partition(", ")[2].strip() == summary


def test_paths_choose_what_is_reported(run: Run, new_study: NewStudy) -> None:
    """PATH is a file or a folder; rules still see the whole study."""
    soup = SMALL.replace("mlkg:verdict mlkg:no", "mlkg:verdict mlkg:unknown")
    tea = "ex:tea a mlkg:Option ; dcterms:isPartOf ex:study .\n"
    folder = new_study({"soup.ttl": soup, "tea.ttl": tea})
    whole = run("validate", "-q", cwd=folder).stdout
    assert whole == "12 records, 213 checks, 3 errors, 1 warning, 0 info\n"
    one = run("validate", "data/soup.ttl", cwd=folder)
    assert [line.split(":")[0] for line in one.stdout.splitlines()[:-1]] == ["data/soup.ttl"]
    below = run("validate", "-q", "tea.ttl", cwd=folder / "data")
    assert below.stdout == "12 records, 213 checks, 3 errors, 0 warnings, 0 info\n"
    assert run("validate", "-q", "data", cwd=folder).stdout == whole
    assert run("validate", "no.ttl", cwd=folder).returncode == 2
    (folder / "notes.md").write_text("", "utf-8")
    other = run("validate", "notes.md", cwd=folder)
    assert "notes.md: no data file of the study is there" in other.stderr
