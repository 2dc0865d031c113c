"""The command `mlkg diff`."""

from __future__ import annotations

import sys

import click

from mlkg.cli import Place
from mlkg.cli._output import paint, write
from mlkg.history.changes import compare
from mlkg.history.revisions import study_at
from mlkg.history.text import as_json, as_markdown, as_text


@click.command("diff")
@click.argument("revision", metavar="REV")
@click.argument("other", metavar="[REV2]", required=False)
@click.option(
    "--format",
    "-f",
    "format",
    type=click.Choice(["text", "md", "json"]),
    default="text",
    show_default=True,
    help="How to write it; md fits a comment on a merge request.",
)
@click.option("--exit-code", is_flag=True, help="Exit with status 1 when something changed.")
@click.pass_obj
def command(place: Place, revision: str, other: str | None, format: str, exit_code: bool) -> None:
    """Show what changed in the study since a revision of git, or between two.

    Verdicts with what they were, and whether the evidence changed with them; evidence, sources,
    options, criteria and their definitions. Records are compared, not lines: moving one to another
    file or writing it in another way is no change. The work tree is not touched.

    \b
    Example:
      mlkg diff HEAD
      mlkg diff main --format md
      mlkg diff v1.0 v2.0 --exit-code
    """
    root = place.root()
    before = study_at(root, revision)
    after = study_at(root, other) if other else place.files()
    changes = compare(before, after)
    if format == "md":
        shown = as_markdown(changes)
    elif format == "json":
        shown = as_json(changes)
    else:
        shown = as_text(changes, paint=paint)
    write(shown.encode(), None)
    sys.exit(1 if exit_code and changes else 0)
