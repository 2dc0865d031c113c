"""The command `mlkg rule`."""

from __future__ import annotations

import click

from mlkg import text
from mlkg.cli import Place
from mlkg.cli._output import paint, terminal_width
from mlkg.errors import UnknownNameError


@click.command("rule")
@click.argument("name", required=False)
@click.pass_obj
def command(place: Place, name: str | None) -> None:
    """List what `mlkg validate` checks, or explain one rule or shape.

    Rules look at how records fit together, shapes at one record.

    \b
    Example:
      mlkg rule
      mlkg rule unsupported-claim
    """
    study = place.study()
    rules = study.rules()
    shapes = study.shapes().messages
    if name is None:
        rows = [[rule.name, rule.severity, rule.summary] for rule in rules.values()]
        rows += [[shape, "shape", message] for shape, message in shapes.items() if message]
        lines = text.columns(["rule", "severity", "what it reports"], rows, width=terminal_width())
        click.echo("\n".join(lines))
    elif name in rules:
        rule = rules[name]
        click.echo(f"{paint(rule.name, 'heading')}  {paint(rule.severity, rule.severity)}")
        click.echo(f"{rule.summary}.\n\n{rule.notes}\n\n{rule.path}")
    elif name in shapes:
        click.echo(f"{paint(name, 'heading')}  shape\n{shapes[name]}")
        click.echo("\n" + "\n".join(map(str, study.shape_files)))
    else:
        raise UnknownNameError("rule or shape", name, [*rules, *shapes], "mlkg rule")
