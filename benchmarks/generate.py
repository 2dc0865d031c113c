"""Write a made-up study of a given size, with faults whose places are known.

    python benchmarks/generate.py M /tmp/study-m

Size S is 10 options × 10 criteria, M 100 × 100 (about 150,000 triples), L 1000 × 100 (about 1.5
million). A claim has 0 to 3 pieces of evidence. One claim in a hundred has a fault; the file
`faults.tsv` beside `data/` lists the rule or shape that must report it and the record, sorted.
The same size and seed give the same bytes.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

SIZES = {"S": (10, 10), "M": (100, 100), "L": (1000, 100)}
BASE = "https://example.org/made-up/"
PREFIXES = f"""\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix m: <{BASE}> .
@prefix mlkg: <https://w3id.org/mlkg/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
VERDICTS = ("yes", "no", "partial", "unknown")
KINDS = ("officialDocumentation", "vendorPage", "codeRepository", "forum", "article")
FAULTS = (
    "claim-answer",
    "claim-criterion",
    "claim-qualifier",
    "evidence-indication",
    "evidence-retrieved-on",
    "source-url",
    "verdict-outside-scale",
    "duplicate-claim",
    "undeclared-term",
)
"""What goes wrong in the made-up study, named as the shape or rule that reports it."""


def generate(folder: Path, options: int, criteria: int, seed: int = 1) -> int:
    """Write the study into `folder` and return how many faults it has."""
    chance = random.Random(seed)  # noqa: S311 - made-up data
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    found: list[tuple[str, str]] = []
    (data / "study.ttl").write_text(PREFIXES + "".join(_frame(options, criteria)), "utf-8")
    for option in range(options):
        text = "".join(
            part
            for c in range(criteria)
            for part in _claim(option, c, _fault(option * criteria + c), chance, found)
        )
        (data / f"claims-{option:04}.ttl").write_text(PREFIXES + text, "utf-8")
    lines = sorted(f"{rule}\t{BASE}{record}\n" for rule, record in found)
    (folder / "faults.tsv").write_text("".join(lines), "utf-8")
    return len(found)


def _frame(options: int, criteria: int) -> Iterator[str]:
    """Yield the study, its options and its criteria."""
    yield '\nm:study a mlkg:Study ; dcterms:title "Made up"@en ; dcterms:license m:licence .\n'
    yield 'm:odd a mlkg:Verdict ; rdfs:label "odd"@en ; skos:notation "odd" .\n'
    for n in range(options):
        yield (
            f'm:o{n} a mlkg:Option ; rdfs:label "Option {n}"@en ; schema:position {n + 1} ; '
            "dcterms:isPartOf m:study .\n"
        )
    for n in range(criteria):
        yield (
            f'm:c{n} a mlkg:Criterion ; rdfs:label "Criterion {n}"@en ; '
            f'skos:definition "What criterion {n} asks for."@en ; mlkg:scale mlkg:yesNoScale ; '
            f"schema:position {n + 1} ; dcterms:isPartOf m:study .\n"
        )


def _fault(number: int) -> str:
    """Return what is wrong with the claim of this number: something with every hundredth."""
    return FAULTS[number // 100 % len(FAULTS)] if number % 100 == 37 else ""


def _claim(
    option: int,
    criterion: int,
    fault: str,
    chance: random.Random,
    found: list[tuple[str, str]],
) -> Iterator[str]:
    """Yield one claim with its evidence and sources, and with `fault` if that is one."""
    name = f"o{option}-c{criterion}"
    pieces = chance.randint(1 if fault.startswith(("evidence", "source")) else 0, 3)
    answer = chance.choice(VERDICTS)
    verdict = f" ;\n  mlkg:verdict mlkg:{answer}"
    of_criterion = f"mlkg:criterion m:c{criterion}"
    extra = f' ;\n  mlkg:qualifier "case {option}"@en' if chance.random() < 0.2 else ""
    if fault == "claim-answer":
        verdict = ""
    elif fault == "claim-criterion":
        of_criterion += " ;\n  mlkg:criterion m:o0"
    elif fault == "claim-qualifier":
        extra = ' ;\n  mlkg:qualifier "no language"'
    elif fault == "verdict-outside-scale":
        verdict = " ;\n  mlkg:verdict m:odd"
    elif fault == "undeclared-term":
        extra += ' ;\n  mlkg:verdikt "misspelt"'
    head = f"a mlkg:Claim ;\n  mlkg:option m:o{option} ;\n  {of_criterion}{verdict}"
    yield f"\nm:{name} {head}{extra} .\n"
    if fault == "duplicate-claim":
        yield f"\nm:{name}-again {head} .\n"
        found.append((fault, f"{name}-again"))
    if fault.startswith(("claim", "verdict", "duplicate", "undeclared")):
        found.append((fault, name))
    for piece in range(pieces):
        flaw = fault if piece == 0 else ""
        yield from _evidence(f"{name}-e{piece}", name, answer, chance, flaw, found)


def _evidence(
    name: str,
    claim: str,
    answer: str,
    chance: random.Random,
    fault: str,
    found: list[tuple[str, str]],
) -> Iterator[str]:
    """Yield one piece of evidence, four times in five with a source of its own.

    Three in five indicate the answer of the claim, one excludes it, one settles nothing.
    """
    says = chance.choice(("indicates", "indicates", "indicates", "excludes", ""))
    day = (
        "2024-02-30" if fault == "evidence-retrieved-on" else f"2024-01-{chance.randint(1, 31):02}"
    )
    if fault == "evidence-indication":
        says, answer = "indicates", "unknown"
    settled = says and (answer != "unknown" or fault == "evidence-indication")
    statement = f"  mlkg:{says} mlkg:{answer} ;\n" if settled else ""
    sourced = fault == "source-url" or chance.random() < 0.8
    source = f" ;\n  mlkg:source m:{name}-s" if sourced else ""
    yield (
        f"\nm:{name} a mlkg:Evidence ;\n  mlkg:about m:{claim} ;\n{statement}"
        f'  mlkg:finding "What {name} says about it."@en ;\n'
        f'  mlkg:retrievedOn "{day}"^^xsd:date{source} .\n'
    )
    if fault.startswith("evidence"):
        found.append((fault, name))
    if sourced:
        scheme = "ftp" if fault == "source-url" else "https"
        yield (
            f"\nm:{name}-s a mlkg:Source ;\n  schema:url <{scheme}://example.org/{name}> ;\n"
            f"  mlkg:sourceKind mlkg:{chance.choice(KINDS)} .\n"
        )
        if fault == "source-url":
            found.append((fault, f"{name}-s"))


def main() -> None:
    """Read the arguments and write the study."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    count = generate(arguments.folder, *SIZES[arguments.size])
    print(f"{arguments.folder}: {count} faults")


if __name__ == "__main__":
    main()
