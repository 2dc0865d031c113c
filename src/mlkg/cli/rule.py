"""The command `mlkg rule`."""

from __future__ import annotations

import re

import click

import mlkg
from mlkg import text
from mlkg.cli import Place
from mlkg.cli._output import on_terminal, paint, terminal_width
from mlkg.errors import UnknownNameError


@click.command("rule")
@click.argument("name", required=False)
@click.pass_obj
def command(place: Place, name: str | None) -> None:
    """List what `mlkg validate` checks, or explain one rule or shape with an example.

    Rules look at how records fit together, shapes at one record. Some rules look at what changed
    since a revision; `mlkg validate --since REV` applies them.

    \b
    Example:
      mlkg rule
      mlkg rule unsupported-claim
    """
    study = place.files()
    checks = study.checks()
    if name is None:
        shapes = study.shapes().messages
        rules, changes = study.rules(), study.rules_for_change()
        order = sorted(
            checks.values(),
            key=lambda c: (c.name in shapes, c.name not in rules, c.name not in changes),
        )
        rows = [
            [check.name, check.severity, check.summary]
            for check in order
            if check.name not in shapes or shapes[check.name]
        ]
        lines = text.columns(["rule", "severity", "what it reports"], rows, width=terminal_width())
        click.echo("\n".join(lines))
        return
    if name not in checks:
        raise UnknownNameError("rule or shape", name, checks, "mlkg rule")
    check = checks[name]
    click.echo(f"{paint(check.name, 'heading')}  {paint(check.severity, check.severity)}")
    click.echo(f"{check.summary.rstrip('.')}.\n")
    if check.notes:
        click.echo(f"{_shown(check.notes)}\n")
    click.echo(_files(study, name))


def _files(study: mlkg.Study, name: str) -> str:
    """Return the file that a check comes from, for those who would change it."""
    rules = {**study.rules(), **study.rules_for_change()}
    if name in rules:
        return str(rules[name].path)
    if name in study.shapes().messages:
        return "\n".join(map(str, study.shape_files))
    return "part of mlkg itself"


def _shown(notes: str) -> str:
    """Return Markdown as it is, or for a terminal with bold leads and indented code."""
    if not on_terminal():
        return notes
    lines: list[str] = []
    in_code = False
    for line in notes.splitlines():
        if line.startswith("```"):
            in_code = not in_code
        elif in_code:
            lines.append(f"    {line}")
        else:
            lines.append(re.sub(r"\*\*(.+?)\*\*", lambda lead: paint(lead[1], "heading"), line))
    return "\n".join(lines)
