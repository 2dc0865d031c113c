"""Stores for tests of stored queries: mlkg's terms and derived facts, and some Turtle besides."""

from __future__ import annotations

from pathlib import Path

from mlkg import stored
from mlkg.derivation import Facts
from mlkg.store import EmbeddedStore

ROOT = Path(__file__).parents[1]
TERMS = sorted(p for p in (ROOT / "ontology").glob("*.ttl") if p.name != "shapes.ttl")
FACTS = Facts(stored.derivations([ROOT / "queries"]))


def store_with(*files: Path | str) -> EmbeddedStore:
    """Return a store of mlkg's terms and of `files`, paths or Turtle text, with derived facts."""
    store = EmbeddedStore(lambda: FACTS)
    for path in TERMS:
        store.load(path.name, path.read_bytes())
    for file in files:
        if isinstance(file, Path):
            store.load(file.name, file.read_bytes())
        else:
            store.load("text", file.encode())
    return store
