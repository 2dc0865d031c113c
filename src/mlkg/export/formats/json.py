"""The table as JSON."""

from __future__ import annotations

import json

from mlkg.export.dossier import Dossier


def study(dossier: Dossier) -> bytes:
    """Return the table with its study, headings, cells and totals."""
    table = dossier.table
    document = {
        "version": 1,
        "study": {
            "iri": table.study,
            "title": table.title,
            "startDate": table.start,
            "licence": table.licence,
        },
        "options": [heading._asdict() for heading in table.options],
        "criteria": [heading._asdict() for heading in table.criteria],
        "rows": [[cell._asdict() for cell in row] for row in table.rows],
        "totals": table.totals(),
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
