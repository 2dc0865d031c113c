"""The settings of a study: `[tool.mlkg]` in its pyproject.toml, or its mlkg.toml."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mlkg.errors import ConfigurationError, nearest
from mlkg.stored import SEVERITIES

FAIL_ON = (*SEVERITIES, "never")

_LISTING = "docs/ci.md"


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a study's settings say about validation; what they leave out has its default.

    `source` names the file, None when there are no settings.
    `paths` are patterns of files, below the study's folder, that findings are reported for.
    `endpoint`, `update_endpoint` and `graph_store` are URLs of a SPARQL endpoint.
    """

    source: str | None = None
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    fail_on: str = "error"
    baseline: Path | None = None
    paths: tuple[str, ...] = ()
    severities: Mapping[str, str] = field(default_factory=dict)
    endpoint: str | None = None
    update_endpoint: str | None = None
    graph_store: str | None = None


def read_configuration(root: Path) -> Configuration:
    """Return the settings of the study in the folder `root`.

    Raises ConfigurationError, which names file and key, for a file that is no TOML, for keys that
    there are not, and for values of another kind; the names of rules are checked by `check_rules`.
    """
    own, shared = root / "mlkg.toml", root / "pyproject.toml"
    table = _read(own)
    if (tool := (_read(shared) or {}).get("tool", {}).get("mlkg")) is not None:
        if table is not None:
            raise ConfigurationError(
                f"{shared}: [tool.mlkg] and {own.name} both hold settings; keep one of them"
            )
        return _configuration(root, f"{shared}: [tool.mlkg]", tool)
    return Configuration() if table is None else _configuration(root, f"{own}:", table)


def check_rules(configuration: Configuration, known: Collection[str]) -> None:
    """Raise ConfigurationError when the settings name a rule or shape that is not `known`."""
    for key in ("select", "ignore", "severities"):
        for name in sorted(getattr(configuration, key)):
            if name not in known:
                hint = nearest(name, known, "mlkg rule")
                raise ConfigurationError(
                    f"{configuration.source} {key}: no rule or shape is called {name}; {hint}"
                )


def _read(path: Path) -> dict[str, Any] | None:
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        place = f":{at[1]}:{at[2]}" if at else ""
        message = re.sub(r" \(at .*\)$", "", str(error))
        raise ConfigurationError(f"{path}{place}: not TOML: {message}") from error


def _configuration(root: Path, source: str, table: Any) -> Configuration:
    if not isinstance(table, dict):
        raise ConfigurationError(f"{source} is not a table")
    urls = ("endpoint", "update-endpoint", "graph-store")
    keys = {"select", "ignore", "fail-on", "baseline", "paths", "severities", *urls}
    for key in table:
        if key not in keys:
            raise ConfigurationError(
                f"{source} {key}: there is no such key; {nearest(key, keys, _LISTING)}"
            )

    def names(key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ConfigurationError(f'{source} {key}: not a list of names, as in ["one", "two"]')
        return tuple(value)

    fail_on = table.get("fail-on", "error")
    if fail_on not in FAIL_ON:
        raise ConfigurationError(f"{source} fail-on: {fail_on!r} is none of {', '.join(FAIL_ON)}")
    for key in urls:
        if not isinstance(table.get(key, ""), str):
            raise ConfigurationError(f"{source} {key}: not a URL in quotes")
    baseline = table.get("baseline")
    if baseline is not None and not (isinstance(baseline, str) and baseline):
        raise ConfigurationError(f"{source} baseline: not the name of a file")
    severities = table.get("severities", {})
    if not isinstance(severities, dict):
        raise ConfigurationError(f'{source} severities: not a table, as in rule-name = "warning"')
    for rule, severity in severities.items():
        if severity not in SEVERITIES:
            raise ConfigurationError(
                f"{source} severities.{rule}: {severity!r} is none of {', '.join(SEVERITIES)}"
            )
    return Configuration(
        source=source,
        select=frozenset(names("select")),
        ignore=frozenset(names("ignore")),
        fail_on=fail_on,
        baseline=None if baseline is None else root / baseline,
        paths=names("paths"),
        severities=severities,
        endpoint=table.get("endpoint"),
        update_endpoint=table.get("update-endpoint"),
        graph_store=table.get("graph-store"),
    )
