"""The command `mlkg qr`."""

from __future__ import annotations

from pathlib import Path

import click

from mlkg.cli import Place
from mlkg.cli._endpoint import pass_place
from mlkg.cli._output import repository_option, write


@click.command("qr")
@click.argument("option", required=False)
@click.argument("criterion", required=False)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The picture to write: .svg, .png, .tex (PGF) or .txt; without it, the terminal.",
)
@repository_option
@pass_place
def command(
    place: Place,
    option: str | None,
    criterion: str | None,
    output: Path | None,
    repository: str | None,
) -> None:
    """Show the QR code that leads to the study's repository, or to one cell there.

    It holds the repository's address with the digest of the study (sha256=…) and the cell's
    anchor. On a light terminal, write a file: some readers want dark on light.

    \b
    Example:
      mlkg qr
      mlkg qr kubeflow "model mon" -o cell.svg
    """
    if option is not None and criterion is None:
        raise click.UsageError("name an option and a criterion, or neither")
    from mlkg.errors import AmbiguousNameError
    from mlkg.export import qr
    from mlkg.export.dossier import dossier
    from mlkg.export.part import Part
    from mlkg.export.settings import Settings

    kind = output.suffix.lstrip(".").lower() if output else "terminal"
    if output and kind not in qr.KINDS:
        known = ", ".join(f".{kind}" for kind in qr.KINDS)
        raise click.UsageError(f"{output}: the extension names no kind of picture; use {known}")
    study = place.study()
    part = Part((option,), (criterion,)) if option and criterion else Part()
    chosen = dossier(study, part, Settings(repository=repository))
    anchor = None
    if option and criterion:
        cells = [(o, c) for o in chosen.table.options for c in chosen.table.criteria]
        if len(cells) > 1:
            raise AmbiguousNameError(criterion, (column.label for _, column in cells))
        anchor = chosen.anchor(*cells[0])
    text = qr.address(chosen.origin, anchor)
    if output:
        write(qr.picture(text, kind), output)
    else:
        click.echo(f"{qr.terminal(text)}{text}")
