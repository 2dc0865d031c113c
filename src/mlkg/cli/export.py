"""The command `mlkg export`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import click

from mlkg import export
from mlkg.cli import Place
from mlkg.cli._endpoint import pass_place
from mlkg.cli._output import repository_option, write
from mlkg.cli._progress import Progress
from mlkg.export.part import Part
from mlkg.export.settings import Settings
from mlkg.parameters import parse_parameters
from mlkg.study import Study


class Choice(NamedTuple):
    """What to export and how, as the words of a command line or of a region's mark say it."""

    format: str | None
    part: Part
    view: str | None
    params: tuple[str, ...]
    settings: Settings

    def files(self, study: Study, name: str, format: str) -> Mapping[str, bytes]:
        """Return the export as a file called `name`, after the files that stand beside it."""
        if self.view is None:
            return export.export_files(study, name, format, self.part, self.settings)
        bindings = parse_parameters(self.params, study.prefixes)
        return export.export_view_files(study, name, self.view, format, bindings, self.settings)

    def fragment(self, study: Study) -> str:
        """Return the export to stand in another document.

        It does not name the revision: a document that did would be stale after every commit.
        """
        settings = self.settings._replace(revision=False)
        chosen = self.format or "md"
        if self.view is None:
            return export.fragment(study, chosen, self.part, settings)
        bindings = parse_parameters(self.params, study.prefixes)
        return export.fragment_of_view(study, self.view, chosen, bindings, settings)


def choosing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that choose what to export, as one Choice called `choice`."""

    def with_choice(
        *args: Any,
        format: str | None,
        options: tuple[str, ...],
        criteria: tuple[str, ...],
        states: tuple[str, ...],
        transpose: bool,
        view: str | None,
        params: tuple[str, ...],
        repository: str | None,
        qr: bool,
        no_guard: bool,
        no_footnotes: bool,
        no_document: bool,
        **others: Any,
    ) -> Any:
        part = Part(options, criteria, states, transpose)
        if view is None and params:
            raise click.UsageError("--param goes with --view NAME")
        if view is not None and part != Part():
            raise click.UsageError(
                "--option, --criterion, --state and --transpose are for the table, not for --view"
            )
        settings = Settings(
            repository=repository,
            qr=qr,
            guard=not no_guard,
            footnotes=not no_footnotes,
            document=not no_document,
        )
        return command(*args, choice=Choice(format, part, view, params, settings), **others)

    chooser: Callable[..., Any] = functools.update_wrapper(with_choice, command)
    for option in reversed(_CHOOSING):
        chooser = option(chooser)
    return chooser


_CHOOSING = (
    click.option(
        "--format",
        "-f",
        "format",
        metavar="FORMAT",
        help="What to write. Without it: what the extension of the file says, or md.",
    ),
    click.option("--option", "options", multiple=True, metavar="NAME", help="Only this option."),
    click.option(
        "--criterion", "criteria", multiple=True, metavar="NAME", help="Only this criterion."
    ),
    click.option(
        "--state", "states", multiple=True, metavar="STATE", help="Only cells in this state."
    ),
    click.option("--transpose", is_flag=True, help="Criteria down, options across."),
    click.option("--view", metavar="NAME", help="The rows of a stored query, not the table."),
    click.option(
        "--param",
        "-p",
        "params",
        multiple=True,
        metavar="NAME=TERM",
        help="Bind a variable of the view, as mlkg query does.",
    ),
    repository_option,
    click.option(
        "--qr", is_flag=True, help="html, svg, tex, xlsx: a QR code that leads to the repository."
    ),
    click.option(
        "--no-guard", is_flag=True, help="csv, tsv: no apostrophe before what looks like a formula."
    ),
    click.option("--no-footnotes", is_flag=True, help="md: the table without its evidence."),
    click.option(
        "--no-document", is_flag=True, help="tex: the table alone, to \\input into a document."
    ),
)


@click.command("export")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The file to write, all of it or nothing; without it, or as -, stdout.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    help="Bring the marked regions of this document up to date; may be given several times.",
)
@click.option(
    "--check",
    is_flag=True,
    help="With --into: write nothing; show what is stale as a diff, with exit status 1.",
)
@choosing
@pass_place
def command(
    place: Place, output: Path | None, into: tuple[Path, ...], check: bool, choice: Choice
) -> None:
    """Write the study's table with its evidence, a view, or the triples, to a file or to stdout.

    \b
    For readers:        html, md, csv, tsv, json, xlsx, tex, svg
    As triples:         ttl, nt, nq, trig, jsonld, rdfxml
    In standard terms:  qb, earl, prov, oa, nanopub, and the study's own queries/exports

    A csv or tsv file gets a companion, FILE-metadata.json, that tells its columns and its origin.

    A region of a document begins with a line <!-- mlkg:begin table --> and ends with a line
    <!-- mlkg:end -->. The first word is table or the name of a view; what follows it chooses as
    the options of this command do: <!-- mlkg:begin table --criterion docker --transpose -->.

    \b
    Example:
      mlkg export
      mlkg export -o study.xlsx
      mlkg export -o table.csv --option mlflow --option kubeflow
      mlkg export --view sources -o sources.md
      mlkg export --format trig -o study.trig
      mlkg export --format qb -o cube.ttl
      mlkg export --into README.md --check
    """
    if into:
        if output or choice != _NOTHING_CHOSEN:
            raise click.UsageError("with --into, the marks in the document say what to export")
        from mlkg.cli import _regions

        _regions.keep(place, into, check=check)
        return
    if check:
        raise click.UsageError("--check goes with --into FILE")
    if output == _STDOUT:
        output = None
    chosen = choice.format or (export.format_of(str(output)) if output else "md")
    with Progress("Reading the study") as progress:
        study = place.study()
        progress.show(f"Writing {chosen}")
        files = choice.files(study, _name(output), chosen)
    for beside, content in files.items():
        write(content, output.with_name(beside) if output and beside else output)


def _name(output: Path | None) -> str:
    """Return the name by which companions are found; a device or a pipe has none."""
    return output.name if output and (output.is_file() or not output.exists()) else ""


_STDOUT = Path("-")
_NOTHING_CHOSEN = Choice(None, Part(), None, (), Settings())
