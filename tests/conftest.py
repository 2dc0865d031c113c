"""What tests share: the checkout's own study, small studies, and the command itself."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import mlkg

ROOT = Path(__file__).parents[1]

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout, which is itself a study."""
    return ROOT


@pytest.fixture(scope="session")
def study() -> mlkg.Study:
    """The study of ten deployment platforms, loaded once; nothing changes it."""
    return mlkg.load(ROOT)


@pytest.fixture
def run() -> Run:
    """Run the command `mlkg` in a process of its own, without a terminal, and return what it did.

    `run(*args, cwd=folder, stdin=text, env={…})`; output is decoded as UTF-8, line ends untouched.
    """

    def run_command(
        *args: str | Path,
        cwd: Path = ROOT,
        stdin: str = "",
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "mlkg", *map(str, args)],
            cwd=cwd,
            input=stdin.encode(),
            capture_output=True,
            timeout=120,
            env={**os.environ, **(env or {})},
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    return run_command


@pytest.fixture
def new_study(tmp_path: Path) -> Callable[..., Path]:
    """Write a study into a temporary folder and return the folder.

    `new_study({"claims.ttl": "…"})`; the values are Turtle text or bytes, the prefixes of PREFIXES
    are put before text.
    """

    def write(files: Mapping[str, str | bytes]) -> Path:
        (tmp_path / "data").mkdir(exist_ok=True)
        for name, content in files.items():
            raw = content if isinstance(content, bytes) else (PREFIXES + content).encode()
            (tmp_path / "data" / name).write_bytes(raw)
        return tmp_path

    return write


PREFIXES = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix mlkg: <https://w3id.org/mlkg/ns#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

SMALL = """\
ex:study a mlkg:Study ; dcterms:title "Lunch"@en ; dcterms:license ex:licence .
ex:soup a mlkg:Option ; rdfs:label "Soup"@en ; schema:position 1 ; dcterms:isPartOf ex:study .
ex:pie a mlkg:Option ; rdfs:label "Pie"@en ; schema:position 2 ; dcterms:isPartOf ex:study .
ex:warm a mlkg:Criterion ; rdfs:label "Warm"@en ; skos:definition "Served warm."@en ;
  mlkg:scale mlkg:yesNoScale ; schema:position 1 ; dcterms:isPartOf ex:study .
ex:cheap a mlkg:Criterion ; rdfs:label "Cheap"@en ; skos:definition "Costs little."@en ;
  mlkg:scale mlkg:yesNoScale ; schema:position 2 ; dcterms:isPartOf ex:study .
ex:menu a mlkg:Source ; schema:url <https://example.org/menu> ; mlkg:sourceKind mlkg:vendorPage .
ex:soup-warm a mlkg:Claim ; mlkg:option ex:soup ; mlkg:criterion ex:warm ; mlkg:verdict mlkg:yes .
ex:soup-cheap a mlkg:Claim ; mlkg:option ex:soup ; mlkg:criterion ex:cheap ;
  mlkg:verdict mlkg:partial ; mlkg:qualifier "at noon"@en .
ex:pie-warm a mlkg:Claim ; mlkg:option ex:pie ; mlkg:criterion ex:warm ; mlkg:verdict mlkg:no .
ex:pie-cheap a mlkg:Claim ; mlkg:option ex:pie ; mlkg:criterion ex:cheap ;
  mlkg:verdict mlkg:unknown .
ex:e1 a mlkg:Evidence ; mlkg:about ex:soup-warm ; mlkg:direction mlkg:supports ;
  mlkg:source ex:menu ; mlkg:finding "The menu says so."@en .
"""
"""A sound study of two options and two criteria; one claim is supported, one is open."""
