"""`mlkg export --into`: documents whose regions follow the study."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

import click

from mlkg.cli import Place
from mlkg.cli._output import paint
from mlkg.cli._progress import Progress
from mlkg.cli.export import Choice, choosing
from mlkg.errors import MlkgError, OutputError, Problem
from mlkg.export.regions import Region, regions, replaced
from mlkg.files import write_atomically
from mlkg.study import Study

_ROLES = {"+": "supported", "-": "disputed", "@": "reconciled"}


def keep(place: Place, documents: Sequence[Path], *, check: bool) -> None:
    """Bring the regions of `documents` up to date, or show what is stale and exit with 1.

    All documents are read and made before the first is written.
    Raises MlkgError for a document that cannot be read or has marks that are wrong.
    """
    texts = {path: _read(path) for path in documents}
    with Progress("Reading the study") as progress:
        study = place.study()
        made: dict[Path, str] = {}
        for path, text in texts.items():
            progress.show(f"Writing {path}")
            found = regions(text, str(path))
            made[path] = replaced(
                text, [(region, _content(study, region, path)) for region in found]
            )
    for path, text in made.items():
        if check:
            _show_difference(path, texts[path], text)
        elif text != texts[path]:
            write_atomically(path, text.encode())
            click.echo(f"{path}: brought up to date")
    if check and made != texts:
        click.get_current_context().exit(1)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise OutputError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise OutputError(f"{path}: is not UTF-8 text: {error.reason}") from error


def _content(study: Study, region: Region, path: Path) -> str:
    """Return what stands in a region; raise OutputError, with its line, when it names nothing."""
    try:
        choice = _choice(region.words)
        return choice.fragment(study)
    except click.UsageError as error:
        message = error.format_message()
    except MlkgError as error:
        message = str(error)
    raise OutputError(str(Problem(str(path), f"mlkg:begin: {message}", region.line)))


def _choice(words: Sequence[str]) -> Choice:
    if not words or words[0].startswith("-"):
        raise click.UsageError("the first word is table, or the name of a view")
    name, *options = words
    if "--view" in options:
        raise click.UsageError("the view is the first word, without --view")
    view = [] if name == "table" else ["--view", name]
    with _mark.make_context("mlkg:begin", [*view, *options]) as context:
        choice: Choice = _mark.invoke(context)
    return choice


@click.command("mlkg:begin", add_help_option=False)
@choosing
def _mark(choice: Choice) -> Choice:
    return choice


def _show_difference(path: Path, before: str, after: str) -> None:
    """Print what would change as a unified diff, in colour on a terminal."""
    lines = difflib.unified_diff(
        before.splitlines(),
        after.splitlines(),
        str(path),
        str(path),
        "stale",
        "current",
        lineterm="",
    )
    for line in lines:
        role = _ROLES.get(line[:1], "")
        click.echo(paint(line, role) if role else line)
