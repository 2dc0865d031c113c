"""What commands that write share: the lock, the diff, the prompts, who and when."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import click
from pyoxigraph import NamedNode

from mlkg import files
from mlkg.cli import Place
from mlkg.cli._output import on_terminal, paint
from mlkg.editing import drafts
from mlkg.editing.drafts import Draft
from mlkg.errors import MlkgError
from mlkg.history import git
from mlkg.naming import shorten
from mlkg.study import Study
from mlkg.turtle.document import Document

_Command = TypeVar("_Command", bound=Callable[..., object])

dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Write nothing; show the change as a diff."
)
by_option = click.option(
    "--by", metavar="WHO", help="The person who says so. Without it: git's user.name."
)


def date_option(what: str) -> Callable[[_Command], _Command]:
    """Return the option `--date`, with `what` as its help; the parameter is called `day`."""
    return click.option("--date", "day", metavar="DATE", help=f"{what}  [default: now, in UTC]")


def apply(place: Place, plan: Callable[[Study], Draft], *, dry_run: bool) -> Draft:
    """Plan a change, try it out, and write it; nothing else writes to the study meanwhile.

    What was written goes to stdout, what validation makes of it to stderr.
    """
    root = place.root()
    if dry_run:
        study = place.files()
        drafted = plan(study)
        found = drafts.check(study, drafted)
        show_diff(drafted)
    else:
        place.files()  # no lock is taken in a folder that has no sound study
        with files.locked(root):
            study = place.files()
            drafted = plan(study)
            found = drafts.check(study, drafted) if drafted.changes else ()
            drafts.write(drafted)
        _show_written(study, drafted)
    for finding in found:
        label = paint(finding.severity, finding.severity)
        click.echo(f"{label}[{finding.rule}] {finding.message}", err=True)
    return drafted


def show_diff(drafted: Draft) -> None:
    """Print the changes as a unified diff, in colour on a terminal."""
    roles = {"+": "supported", "-": "disputed", "@": "reconciled"}
    for change in drafted.changes:
        for line in change.diff().splitlines():
            role = roles.get(line[:1], "")
            click.echo(paint(line, role) if role else line)


def _show_written(study: Study, drafted: Draft) -> None:
    """Print the new records and the changed ones, with their lines."""
    for change in drafted.changes:
        document = Document(change.after.decode("utf-8-sig"), change.name)
        old = (change.before or b"").decode("utf-8-sig")
        for record in document.records:
            text = document.text[record.statement.start : record.statement.end]
            if record.subject in drafted.records and text not in old:
                line, _ = document.place(record.statement.start)
                name = shorten(NamedNode(record.subject), study.prefixes)
                click.echo(f"{change.name}:{line}: {name}")


def interactive() -> bool:
    """Tell whether somebody can be asked: stdin and stdout are terminals."""
    return sys.stdin.isatty() and on_terminal()


def ask(what: str, *, default: str | None = None, optional: bool = False) -> str | None:
    """Ask for a text on the terminal; an optional one may stay empty, and is None then."""
    shown = f"{what} (may stay empty)" if optional else what
    given = click.prompt(
        shown, default="" if optional else default, show_default=not optional, err=True, type=str
    )
    return str(given).strip() or None


def today() -> str:
    """Return the present day, in UTC, as in 2024-01-31."""
    return datetime.now(UTC).date().isoformat()


def moment(day: str | None) -> str:
    """Return the present moment, or the beginning of a day, as xsd:dateTime in UTC."""
    if day is None:
        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        if len(day) == len("2024-01-31"):
            return f"{date.fromisoformat(day).isoformat()}T00:00:00Z"
        return datetime.fromisoformat(day).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except ValueError as error:
        raise MlkgError(f"{day}: no such time; write 2024-01-31 or 2024-01-31T12:00:00Z") from error


def who(by: str | None, root: Path, *, needed: bool) -> str | None:
    """Return who says so: as given, git's user.name, or asked for on a terminal if `needed`."""
    known = by or git.user_name(root)
    if known or not needed:
        return known
    if interactive():
        return ask("Your name")
    raise click.UsageError("who says so? give --by NAME, or set git's user.name")
