"""The command `mlkg`: one module a command, found by its name and imported when it is used."""

from __future__ import annotations

import gc
import importlib
import os
import re
import sys
from pathlib import Path
from typing import NamedTuple, NoReturn

import click

import mlkg
from mlkg.cli import _endpoint
from mlkg.errors import MlkgError

READS_ENDPOINTS = frozenset(
    {"explain", "export", "pull", "push", "qr", "query", "table", "validate", "verify"}
)
"""The commands that --endpoint is for; all others work on files."""


class Place(NamedTuple):
    """Where the user works: a folder, and an endpoint if the command line names one.

    `folder` is the one given with -C; without it, studies are looked for from the working directory
    upwards. `iri` is the study given with --study; `timeout` is in seconds.
    """

    folder: Path | None
    iri: str | None = None
    endpoint: str | None = None
    timeout: float | None = None
    insecure: bool = False

    def told(
        self, *, study: str | None, endpoint: str | None, timeout: float | None, insecure: bool
    ) -> Place:
        """Return the place with what options say of it: None and False say nothing.

        `study` is an IRI, or else a folder; raise click.UsageError for a second folder.
        """
        place = self._replace(
            endpoint=endpoint or self.endpoint,
            timeout=self.timeout if timeout is None else timeout,
            insecure=insecure or self.insecure,
        )
        if study is None:
            return place
        if _is_iri(study):
            return place._replace(iri=study)
        if self.folder is not None:
            raise click.UsageError("-C and --study both name a folder")
        return place._replace(folder=Path(study))

    def study(self, *, several: bool = False) -> mlkg.Study:
        """Open the study to read: in the endpoint where one is named, or else in its folder.

        `several` opens all studies of an endpoint as one where none of them is named.
        Raises MlkgError when there is none or it is broken.
        """
        if named := _endpoint.named(self):
            return _endpoint.opened(self, named, several=several)
        return self.files()

    def files(self) -> mlkg.FolderStudy:
        """Load the study in its folder; raise MlkgError when there is none or it is broken."""
        if self.iri is not None:
            raise MlkgError(
                f"--study {self.iri}: an IRI picks a study of an endpoint to read: give --endpoint "
                "URL; a folder is given with -C DIR"
            )
        return mlkg.load(self.root())

    def root(self) -> Path:
        """Return the folder of the study; raise MlkgError when there is none."""
        return self.folder or mlkg.find(Path.cwd())


class Commands(click.Group):
    """The group of commands, one module of this package each."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the modules."""
        return sorted(file.stem for file in Path(__file__).parent.glob("[a-z]*.py"))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import the module called `name`, if there is one, and return its command."""
        if not (name.isalpha() and Path(__file__).with_name(f"{name}.py").is_file()):
            return None
        command = importlib.import_module(f"mlkg.cli.{name}").command
        assert isinstance(command, click.Command)  # noqa: S101 - the contract of the package
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command and see all of its output out.

        A closed pipe leaves as _ClosedPipeError: click itself would end with status 1, which
        here means findings.
        """
        try:
            try:
                return super().invoke(ctx)
            finally:  # also when the command ends by an exit status
                sys.stdout.flush()
        except BrokenPipeError as error:
            raise _ClosedPipeError from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest command for an unknown one."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            from mlkg.errors import UnknownNameError

            error = UnknownNameError("command", args[0], self.list_commands(ctx), "mlkg --help")
            raise click.UsageError(str(error), ctx)
        return super().resolve_command(ctx, args)


class _ClosedPipeError(Exception):
    """Whoever read stdout has gone."""


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"mlkg {version('mlkg')}")
        ctx.exit()


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder of the study. Without it: the working directory, or the nearest above it "
    "that has data/*.ttl.",
)
@_endpoint.options
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
@click.pass_context
def cli(
    ctx: click.Context,
    folder: Path | None,
    study: str | None,
    endpoint: str | None,
    timeout: float | None,
    insecure: bool,
) -> None:
    """Keep a comparison study as a knowledge graph, every verdict with its evidence.

    \b
    Example:
      mlkg table                the study's table, each cell with its state
      mlkg query unsupported    the claims that nothing supports
      mlkg validate             what is broken, missing or weak
      mlkg table --endpoint https://db.example.org/sparql

    Exit status: 0 when all is well, 1 when a check failed, 2 when something could not be done.
    """
    if endpoint is not None and ctx.invoked_subcommand not in READS_ENDPOINTS:
        raise MlkgError(
            f"mlkg {ctx.invoked_subcommand} works on files: leave out --endpoint, and give the "
            "folder with -C DIR"
        )
    ctx.obj = Place(folder).told(study=study, endpoint=endpoint, timeout=timeout, insecure=insecure)


def _is_iri(text: str) -> bool:
    """Tell an IRI from a folder: it has a scheme of two letters or more, so that C: is none."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", text) is not None and not Path(text).is_dir()


def main() -> None:
    """Run `mlkg` and exit: errors in one message on stderr, a closed pipe in silence."""
    gc.disable()  # a command makes no cycles worth the tenth of its time that looking takes
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        status = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except MlkgError as error:
        click.echo(_prefixed(str(error)), err=True)
        status = 2
    except click.Abort:
        click.echo("mlkg: interrupted", err=True)
        status = 130
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except _ClosedPipeError:
        status = _drop_output(141)
    except OSError as error:
        click.echo(f"mlkg: {error.strerror or error}", err=True)
        status = _drop_output(2)
    _leave(status or 0)


def _leave(status: int) -> NoReturn:
    """End the process with its output written, and without freeing what it holds.

    Freeing takes a tenth of the time of a small study, and seconds for a large one.
    """
    try:
        sys.stdout.flush()
    except OSError:
        status = _drop_output(141)
    sys.stderr.flush()
    os._exit(status)


def _prefixed(message: str) -> str:
    return "\n".join(
        line if line.startswith(" ") else f"mlkg: {line}" for line in message.split("\n")
    )


def _drop_output(status: int) -> int:
    """Let nothing more be written to stdout, where it would fail again, and return `status`."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status
