"""One module a format for readers: `study` writes a dossier, `view` a listing, where it can."""
