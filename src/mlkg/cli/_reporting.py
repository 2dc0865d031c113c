"""Where the reports of `mlkg validate` go: to stdout and to files, each with paths that fit."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import click

from mlkg.cli._output import on_terminal, paint, terminal_width, write
from mlkg.validation import reports
from mlkg.validation.findings import Finding, Report


@dataclass(frozen=True, slots=True)
class Output:
    """One report to write: its format, and the file for it, None for stdout."""

    format: str
    path: Path | None


class OrderedCommand(click.Command):
    """A command that knows in which order its options were given, in `ctx.meta[ORDER]`."""

    ORDER = "mlkg.order"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as usual, and keep the names of the options in their order."""
        if not ctx.resilient_parsing:
            _, _, order = self.make_parser(ctx).parse_args(args=list(args))
            ctx.meta[self.ORDER] = [parameter.name for parameter in order]
        return super().parse_args(ctx, args)


def outputs(
    order: Iterable[str | None], formats: Sequence[str], paths: Sequence[Path]
) -> list[Output]:
    """Return what to write: each file takes the format given before it, or its extension's.

    A format without a file goes to stdout; text goes there when no other format does.
    Raises click.UsageError for two formats on stdout, and OutputError for unknown extensions.
    """
    given, files = iter(formats), iter(paths)
    pending: str | None = None
    found: list[Output] = []
    for name in order:
        if name == "format":
            found += [Output(pending, None)] if pending else []
            pending = next(given)
        elif name == "output":
            path = next(files)
            to_stdout = str(path) == "-"
            chosen = pending or ("text" if to_stdout else reports.format_of(str(path)))
            found.append(Output(chosen, None if to_stdout else path))
            pending = None
    found += [Output(pending, None)] if pending else []
    if sum(output.path is None for output in found) > 1:
        raise click.UsageError(
            "two formats for stdout; give all but one a file: --format … -o FILE"
        )
    if not any(output.path is None for output in found):
        found.append(Output("text" if on_terminal() else "concise", None))
    return found


def deliver(report: Report, wanted: Iterable[Output], root: Path, fail_on: str) -> None:
    """Write every report; those for people on stdout last, after the files.

    Paths of findings are given from the working directory in text, and from the root of the
    repository in what other programs read.
    """
    for output in sorted(wanted, key=lambda output: output.path is None):
        to_terminal = output.path is None and on_terminal()
        if output.format in {"text", "concise"}:
            placed = _seen_from(Path.cwd(), report, root)
        else:
            placed = _seen_from(repository_root(root), report, root)
        if output.format == "text":
            from mlkg.validation.reports import text

            content = text.render(
                placed,
                paint=paint if to_terminal else lambda words, _: words,
                width=(terminal_width() if to_terminal else None) or 100,
            )
        else:
            content = reports.render(placed, output.format, fail_on=fail_on)
        write(content.encode("utf-8", errors="backslashreplace"), output.path)


def repository_root(folder: Path) -> Path:
    """Return the folder with `.git` that `folder` lies in, or `folder` when there is none."""
    absolute = folder.absolute()
    return next((f for f in (absolute, *absolute.parents) if (f / ".git").exists()), absolute)


def _seen_from(place: Path, report: Report, root: Path) -> Report:
    """Return `report` with the paths of its findings, which start at `root`, starting at `place`.

    What does not lie in or beside the study, such as mlkg's own terms, keeps its full path.
    """
    prefix = PurePosixPath(os.path.relpath(root, place).replace(os.sep, "/"))
    if prefix == PurePosixPath():
        return report

    def seen(finding: Finding) -> Finding:
        if finding.file is None or finding.file.startswith("/"):
            return finding
        return finding._replace(file=str(prefix / finding.file))

    return replace(
        report,
        findings=tuple(map(seen, report.findings)),
        known=tuple(map(seen, report.known)),
    )
