"""One module a format: `read` returns the Reading of an export, `origin` only where it is from."""
