"""One module a format: `read` takes the bytes of an export and returns its Reading."""
