"""The files that come with mlkg: ontology/ and queries/."""

from __future__ import annotations

from pathlib import Path


def built_in_folder() -> Path:
    """Return the folder of mlkg's own ontology/ and queries/: the package, or the checkout."""
    package = Path(__file__).parent
    return package if (package / "ontology").is_dir() else package.parents[1]
