"""QR codes: what a real decoder reads from them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from samples import SMALL, Run

import mlkg
from mlkg.errors import OutputError
from mlkg.export import qr
from mlkg.export.dossier import dossier, origin
from mlkg.export.settings import Settings

REPOSITORY = "https://gitlab.example.org/studies/ml-deployment"


def decoded(png: bytes) -> str:
    """Return what OpenCV reads from a picture of a QR code."""
    image = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(image)
    return str(text)


def test_a_decoder_reads_the_address(run: Run, study: mlkg.Study, tmp_path: Path) -> None:
    """The study's code holds the repository and the digest; a cell's code its anchor as well."""
    digest = origin(study).digest
    for cell, end in [([], ""), (["kubeflow", "model mon"], "#kubeflow.model-monitoring")]:
        target = tmp_path / "code.png"
        done = run("qr", *cell, "--repository", REPOSITORY, "-o", target)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert decoded(target.read_bytes()) == f"{REPOSITORY}?sha256={digest}{end}"


def test_the_terminal_shows_the_same_code(run: Run) -> None:
    """The half blocks of the terminal, read as dark and light, decode to the address below them."""
    done = run("qr", "--repository", REPOSITORY)
    *lines, address = done.stdout.splitlines()
    halves = {" ": (0, 0), "▀": (255, 0), "▄": (0, 255), "█": (255, 255)}
    pixels = [[halves[mark][half] for mark in line] for line in lines for half in (0, 1)]
    image = np.kron(np.array(pixels, np.uint8), np.ones((4, 4), np.uint8)).astype(np.uint8)
    assert cv2.QRCodeDetector().detectAndDecode(image)[0] == address
    assert address.startswith(f"{REPOSITORY}?sha256=")


@pytest.mark.parametrize("kind", qr.KINDS)
def test_same_text_same_picture(kind: str) -> None:
    """No picture holds a clock."""
    assert qr.picture("https://example.org/", kind) == qr.picture("https://example.org/", kind)


def test_modules_decode() -> None:
    """The bare modules, with a margin put round them, decode to the text."""
    modules = np.array([list(row) for row in qr.rows(REPOSITORY)], np.uint8)
    image = np.kron(np.pad(255 * (1 - modules), 4, constant_values=255), np.ones((4, 4)))
    assert cv2.QRCodeDetector().detectAndDecode(image.astype(np.uint8))[0] == REPOSITORY


def test_address_keeps_the_query_of_the_repository(study: mlkg.Study) -> None:
    """A repository's query stays; the anchor of a cell takes the place of its fragment."""
    told = origin(study, (), Settings(repository="https://example.org/a?ref=main#top"))
    expected = f"https://example.org/a?ref=main&sha256={told.digest}"
    assert qr.address(told) == f"{expected}#top"
    assert qr.address(told, "mlflow.docker") == f"{expected}#mlflow.docker"


@pytest.mark.parametrize("repository", ["ftp://example.org/", "javascript:alert(1)", "example.org"])
def test_only_web_addresses(study: mlkg.Study, repository: str) -> None:
    """A repository that is no http or https address is refused."""
    with pytest.raises(OutputError, match="is an http or https address"):
        qr.address(origin(study, (), Settings(repository=repository)))


def test_the_study_names_the_repository(new_study: Callable[..., Path]) -> None:
    """mlkg:repository is where codes lead, and an option overrides it."""
    named = SMALL.replace("ex:licence .", "ex:licence ; mlkg:repository ex:repository .")
    new_lunch = mlkg.load(new_study({"all.ttl": named}))
    assert dossier(new_lunch).origin.repository == "https://example.org/repository"
    assert (
        dossier(new_lunch, settings=Settings(repository=REPOSITORY)).origin.repository == REPOSITORY
    )


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "give it mlkg:repository <https://…>, or give --repository URL"),
        (["mlflow"], "name an option and a criterion, or neither"),
        (["mlflow", "anomaly"], "'anomaly' can mean several; give more of the name:"),
        (["-o", "code.gif"], "code.gif: the extension names no kind of picture; use .svg, .png"),
    ],
)
def test_what_has_no_code(run: Run, args: list[str], message: str) -> None:
    """A study without a repository, half a cell, several cells, and another kind of file."""
    done = run("qr", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
