"""Writing to a study: records and changes as text patches that are tried before they are kept."""
