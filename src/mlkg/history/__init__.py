"""What changed between revisions: what git knows, and records compared."""
