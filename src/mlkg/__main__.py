"""Lets `python -m mlkg` do what `mlkg` does."""

from mlkg.cli import main

main()
