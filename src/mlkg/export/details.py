"""What claims and evidence lean on, who decided claims, and what criteria ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlkg.namespaces import WELL_KNOWN
from mlkg.table import Heading

if TYPE_CHECKING:
    from mlkg.study import Study

_DETAILS = f"""\
PREFIX foaf: <{WELL_KNOWN["foaf"]}>
PREFIX mlkg: <{WELL_KNOWN["mlkg"]}>
PREFIX prov: <{WELL_KNOWN["prov"]}>
PREFIX rdfs: <{WELL_KNOWN["rdfs"]}>
PREFIX skos: <{WELL_KNOWN["skos"]}>
SELECT ?record ?what ?other (MIN(STR(?said)) AS ?text) WHERE {{
  {{ ?record mlkg:reliesOn ?other . ?other rdfs:label ?said . BIND("reliesOn" AS ?what) }}
  UNION
  {{ ?record mlkg:statedUnder ?other . ?other rdfs:label ?said . BIND("statedUnder" AS ?what) }}
  UNION
  {{ ?record a mlkg:Criterion ; skos:definition ?said .
    BIND(?record AS ?other) BIND("definition" AS ?what) }}
  UNION
  {{ ?record a mlkg:Claim ; prov:wasAttributedTo ?other . ?other foaf:name ?said .
    BIND("by" AS ?what) }}
  UNION
  {{ ?record a mlkg:Claim ; prov:generatedAtTime ?said .
    BIND(?record AS ?other) BIND("since" AS ?what) }}
}}
GROUP BY ?record ?what ?other
ORDER BY ?record ?what ?text ?other
"""


class Details(NamedTuple):
    """What is known of a claim, a piece of evidence or a criterion beside the views.

    `relies_on` are options, `stated_under` and `by` are names, `since` a date as it is written.
    """

    relies_on: tuple[Heading, ...] = ()
    stated_under: str | None = None
    definition: str | None = None
    by: tuple[str, ...] = ()
    since: str | None = None


NOTHING = Details()


def details(study: Study) -> dict[str, Details]:
    """Return the details of every record that has some, by IRI."""
    found: dict[str, Details] = {}
    for row in study.select(_DETAILS):
        iri = row["record"].value
        found[iri] = _more(found.get(iri, NOTHING), row)
    return found


def _more(known: Details, row: Any) -> Details:
    said = row["text"].value
    match row["what"].value:
        case "reliesOn":
            return known._replace(relies_on=(*known.relies_on, Heading(said, row["other"].value)))
        case "statedUnder":
            return known._replace(stated_under=known.stated_under or said)
        case "definition":
            return known._replace(definition=said)
        case "by":
            return known._replace(by=(*known.by, said))
    return known._replace(since=said)
