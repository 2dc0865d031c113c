"""How to run Apache Jena 4.5 as Debian packages it: its SPARQL engine ARQ, its SHACL validator.

    apt-get install libapache-jena-java

The package has no command, and its shaded Xerces looks for its messages where the package did not
put them, so they are copied to a folder of their own first.
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

_JARS = Path("/usr/share/java")
_NEEDED = """
jena-arq jena-base jena-cmds jena-core jena-iri jena-rdfconnection jena-shacl jena-dboe-base
jena-dboe-index jena-dboe-storage jena-dboe-trans-data jena-dboe-transaction jena-tdb jena-tdb2
commons-cli commons-codec commons-compress commons-csv commons-io commons-lang3 dexx.collection
gson guava httpclient httpcore jackson-annotations jackson-core jackson-databind jakarta.json-api
jsonld-java protobuf slf4j-api slf4j-nop thrift titanium-json-ld
"""
_SHADED = "org/apache/jena/ext/"
_CORE = _JARS / "jena-core.jar"


def is_installed() -> bool:
    """Tell whether this machine has Java and Debian's package of Jena."""
    return shutil.which("java") is not None and _CORE.exists()


def java(folder: Path) -> list[str]:
    """Return the command that runs a class of Jena; `folder` is for the copied messages."""
    with zipfile.ZipFile(_CORE) as jar:
        for name in jar.namelist():
            if name.startswith(f"{_SHADED}xerces") and name.endswith(".properties"):
                target = folder / name.removeprefix(_SHADED)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(jar.read(name))
    classes = ":".join([str(folder), *(str(_JARS / f"{name}.jar") for name in _NEEDED.split())])
    return ["java", "-cp", classes]


def validator(folder: Path) -> list[str] | None:
    """Return the command that takes `--shapes FILE --data FILE`, None where Jena is missing."""
    return [*java(folder), "shacl.shacl", "validate"] if is_installed() else None


def updater(folder: Path) -> list[str]:
    """Return the command that takes `--data FILE --update FILE --dump`: updates in one process."""
    return [*java(folder), "arq.update"]
