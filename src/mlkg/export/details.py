"""What claims answer and lean on, who decided them, why evidence is withdrawn, what criteria ask.

These are the statements about records that no view lists.
"""

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
  UNION
  {{ ?record a mlkg:Claim ; mlkg:verdict ?other . BIND(?other AS ?said) BIND("verdict" AS ?what) }}
  UNION
  {{ ?record a mlkg:Claim ; mlkg:despite ?other . BIND(?other AS ?said) BIND("despite" AS ?what) }}
  UNION
  {{ ?other mlkg:reviews ?record . BIND(?other AS ?said) BIND("review" AS ?what) }}
  UNION
  {{ ?record mlkg:excludesQualifier ?said . BIND(?record AS ?other) BIND("qualifier" AS ?what) }}
  UNION
  {{ ?record a mlkg:Evidence ; prov:invalidatedAtTime ?time .
    OPTIONAL {{ ?record mlkg:withdrawnBecause ?because }}
    BIND(COALESCE(?because, "") AS ?said) BIND(?record AS ?other) BIND("withdrawn" AS ?what) }}
}}
GROUP BY ?record ?what ?other
ORDER BY ?record ?what ?text ?other
"""

_VALUES = f"""\
PREFIX mlkg: <{WELL_KNOWN["mlkg"]}>
SELECT ?claim ?value ?unit WHERE {{
  ?claim a mlkg:Claim ; mlkg:value ?value .
  OPTIONAL {{ ?claim mlkg:criterion ?criterion . ?criterion mlkg:scale ?scale .
    ?scale mlkg:unit ?unit }}
}}
ORDER BY ?claim STR(?value) STR(?unit)
"""


class Value(NamedTuple):
    """A value of a claim: its lexical form, the IRI of its datatype, the unit of its scale.

    `unit` is the IRI of a QUDT unit or a text, None where the scale has no unit.
    """

    value: str
    datatype: str
    unit: str | None


class Details(NamedTuple):
    """What is known of a claim, a piece of evidence or a criterion beside the views.

    `relies_on` are options or components, `stated_under` and `by` are names, `since` is a date as
    it is written. `verdicts`, `despite` and `reviews` are IRIs. `withdrawn` is the reason why
    evidence is withdrawn: empty without a reason, None where it is not withdrawn.
    `excludes_qualifier` is a qualifier that evidence rules out.
    """

    relies_on: tuple[Heading, ...] = ()
    stated_under: str | None = None
    definition: str | None = None
    by: tuple[str, ...] = ()
    since: str | None = None
    verdicts: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    despite: tuple[str, ...] = ()
    reviews: tuple[str, ...] = ()
    withdrawn: str | None = None
    excludes_qualifier: str | None = None


NOTHING = Details()

_SEVERAL = {"by": "by", "verdict": "verdicts", "despite": "despite", "review": "reviews"}
"""The fields that hold several texts, by the name that the query has for each."""

_SINGLE = {
    **{name: name for name in ("definition", "since", "withdrawn")},
    "qualifier": "excludes_qualifier",
}
"""The fields that hold one text, by the name that the query has for each."""


def details(study: Study) -> dict[str, Details]:
    """Return the details of every record that has some, by IRI."""
    found: dict[str, Details] = {}
    for row in study.select(_DETAILS):
        iri = row["record"].value
        found[iri] = _more(found.get(iri, NOTHING), row)
    for row in study.select(_VALUES):
        iri, unit = row["claim"].value, row["unit"]
        known = found.get(iri, NOTHING)
        value = Value(
            row["value"].value, row["value"].datatype.value, None if unit is None else unit.value
        )
        if value not in known.values:
            found[iri] = known._replace(values=(*known.values, value))
    return found


def _more(known: Details, row: Any) -> Details:
    what, said, other = row["what"].value, row["text"].value, row["other"]
    given: dict[str, Any] = {}
    if field := _SEVERAL.get(what):
        given[field] = (*getattr(known, field), said)
    elif field := _SINGLE.get(what):
        given[field] = said
    if given:
        return known._replace(**given)
    if what == "reliesOn":
        return known._replace(relies_on=(*known.relies_on, Heading(said, other.value)))
    return known._replace(stated_under=known.stated_under or said)
