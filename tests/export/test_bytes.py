"""The bytes of every export: the same for the same graph, all of them or none."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from samples import HOSTILE, PREFIXES, TANGLED, Run, made_up

from mlkg import export

FORMATS = export.format_names()
READABLE = tuple(name for name in FORMATS if name not in export.RDF_FORMATS)
NewStudy = Callable[..., Path]


def halves(sample: str) -> tuple[str, str]:
    """Divide a sample between two of its statements."""
    statements = sample.split(" .\n")
    middle = len(statements) // 2
    return " .\n".join(statements[:middle]) + " .\n", " .\n".join(statements[middle:])


@pytest.mark.parametrize("sample", [TANGLED, HOSTILE], ids=["tangled", "hostile"])
def test_same_graph_same_bytes(tmp_path: Path, sample: str) -> None:
    """Neither Python's hashes nor the order of files show in a format that has no files in it."""
    first, second = halves(sample)
    studies = [{"a.ttl": first, "b.ttl": second}, {"a.ttl": second, "b.ttl": first}]
    made: list[dict[str, bytes]] = []
    for seed, files in enumerate(studies, start=1):
        folder = tmp_path / str(seed)
        (folder / "data").mkdir(parents=True)
        for name, content in files.items():
            (folder / "data" / name).write_text(PREFIXES + content, "utf-8")
        script = (
            "import sys; from pathlib import Path; import mlkg; from mlkg import export\n"
            "from mlkg.errors import OutputError; from mlkg.export.settings import Settings\n"
            "study = mlkg.load(sys.argv[1])\n"
            "for name in sys.argv[2:]:\n"
            "    how = Settings('https://git.example/', qr=name in {'svg', 'tex', 'xlsx'})\n"
            "    try:\n"
            "        files = export.export_files(study, 't', name, settings=how)\n"
            "    except OutputError as error:  # XML cannot hold every character\n"
            "        files = {'refused': str(error).encode()}\n"
            "    for file, content in files.items():\n"
            "        Path(sys.argv[1], f'{name}.{file}').write_bytes(content)\n"
        )
        without_graphs = [name for name in FORMATS if name not in {"nq", "trig", "jsonld"}]
        subprocess.run(
            [sys.executable, "-c", script, folder, *without_graphs],
            env={**os.environ, "PYTHONHASHSEED": str(seed), "TZ": f"UTC{seed}"},
            check=True,
            timeout=120,
        )
        made.append({path.name: path.read_bytes() for path in folder.glob("*.*")})
    assert dict.fromkeys(made[0], True) == {
        name: made[0][name] == made[1].get(name) for name in made[0]
    }
    expected = {f"{name}.t" for name in without_graphs} | {"csv.t-metadata.json"}
    expected |= {"tsv.t-metadata.json"}
    if sample == HOSTILE:
        expected = expected - {"rdfxml.t"} | {"rdfxml.refused"}
    assert expected == set(made[0])


@pytest.mark.parametrize("format", READABLE)
def test_a_file_and_stdout_are_the_same(tmp_path: Path, run: Run, root: Path, format: str) -> None:
    """`-o FILE` writes what goes to stdout without it."""
    target = tmp_path / f"study.{format}"
    assert run("export", "-o", target).returncode == 0
    done = subprocess.run(
        [sys.executable, "-m", "mlkg", "export", "--format", format],
        cwd=root,
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert target.read_bytes() == done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX")
@pytest.mark.parametrize("format", ["json", "csv"])
def test_a_failed_write_changes_nothing(new_study: NewStudy, format: str) -> None:
    """When the disk takes no more, the old file is whole and nothing is left beside it."""
    folder = new_study({"all.ttl": made_up(40, 40)})
    target = folder / f"table.{format}"
    target.write_text("old", "utf-8")
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "from mlkg.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, "-C", folder, "export", "-o", target],
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 2
    assert b"cannot be written: File too large" in done.stderr
    assert target.read_text("utf-8") == "old"
    assert {path.name for path in folder.iterdir()} == {"data", target.name}


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_a_killed_write_leaves_the_old_file(new_study: NewStudy) -> None:
    """A run that is killed while it writes leaves the old file whole."""
    folder = new_study({"all.ttl": made_up(60, 60)})
    target = folder / "table.json"
    for _ in range(5):
        target.write_text("old", "utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", "mlkg", "-C", str(folder), "export", "-o", str(target)]
        )
        try:
            until = time.monotonic() + 60
            while process.poll() is None and time.monotonic() < until:
                if any(name.endswith(".tmp") for name in os.listdir(folder)):  # noqa: PTH208 - fast
                    process.send_signal(signal.SIGKILL)
                    break
            process.wait(timeout=60)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait(timeout=60)
        if process.returncode == -signal.SIGKILL and target.read_text("utf-8") == "old":
            return
        assert export_is_whole(target)
    pytest.fail("the run was always done before it could be killed")


def export_is_whole(path: Path) -> bool:
    """Tell whether a file has the end of an export as JSON."""
    return path.read_bytes().endswith(b"]\n}\n")
