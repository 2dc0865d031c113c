"""What tests import from one another: small studies in Turtle, and types of fixtures."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

from mlkg.turtle.house_form import house_form

Run = Callable[..., subprocess.CompletedProcess[str]]
"""The fixture `run`."""

PREFIXES = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix mlkg: <https://w3id.org/mlkg/ns#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

SMALL = """\
ex:study a mlkg:Study ; dcterms:title "Lunch"@en ; dcterms:license ex:licence .
ex:soup a mlkg:Option ; rdfs:label "Soup"@en ; schema:position 1 ; dcterms:isPartOf ex:study .
ex:pie a mlkg:Option ; rdfs:label "Pie"@en ; schema:position 2 ; dcterms:isPartOf ex:study .
ex:warm a mlkg:Criterion ; rdfs:label "Warm"@en ; skos:definition "Served warm."@en ;
  mlkg:scale mlkg:yesNoScale ; schema:position 1 ; dcterms:isPartOf ex:study .
ex:cheap a mlkg:Criterion ; rdfs:label "Cheap"@en ; skos:definition "Costs little."@en ;
  mlkg:scale mlkg:yesNoScale ; schema:position 2 ; dcterms:isPartOf ex:study .
ex:menu a mlkg:Source ; schema:url <https://example.org/menu> ; mlkg:sourceKind mlkg:vendorPage .
ex:soup-warm a mlkg:Claim ; mlkg:option ex:soup ; mlkg:criterion ex:warm ; mlkg:verdict mlkg:yes .
ex:soup-cheap a mlkg:Claim ; mlkg:option ex:soup ; mlkg:criterion ex:cheap ;
  mlkg:verdict mlkg:partial ; mlkg:qualifier "at noon"@en .
ex:pie-warm a mlkg:Claim ; mlkg:option ex:pie ; mlkg:criterion ex:warm ; mlkg:verdict mlkg:no .
ex:pie-cheap a mlkg:Claim ; mlkg:option ex:pie ; mlkg:criterion ex:cheap ;
  mlkg:verdict mlkg:unknown .
ex:e1 a mlkg:Evidence ; mlkg:about ex:soup-warm ; mlkg:direction mlkg:supports ;
  mlkg:source ex:menu ; mlkg:finding "The menu says so."@en .
"""
"""A sound study of two options and two criteria; one claim is supported, one is open."""

HOUSE = house_form(PREFIXES + SMALL).replace("ex:menu\n", "# The menu\n\nex:menu\n")
"""The small study in the house form, with a comment."""

TANGLED = (
    SMALL
    + """\
# Every state, orders and labels that tie, several languages, holes, duplicates, broken records.
ex:dip a mlkg:Option ; rdfs:label "Dip"@en , "Tunke"@de ; dcterms:isPartOf ex:study .
ex:taste a mlkg:Criterion ; rdfs:label "Taste"@en ; dcterms:isPartOf ex:study .
ex:salty a mlkg:Criterion ; rdfs:label "Salty"@en ; skos:broader ex:taste ;
  mlkg:scale mlkg:yesNoScale ; dcterms:isPartOf ex:study ; mlkg:cites ex:ref .
ex:ref a mlkg:Citation ; dcterms:identifier "7" .
ex:thread a mlkg:Source ; schema:url <https://example.org/thread> ; mlkg:sourceKind mlkg:forum .
ex:soup-salty a mlkg:Claim ; mlkg:option ex:soup ; mlkg:criterion ex:salty ;
  mlkg:verdict mlkg:yes ; mlkg:reliesOn ex:pie , ex:dip ; mlkg:qualifier "if asked"@en .
ex:dip-salty a mlkg:Claim ; mlkg:option ex:dip ; mlkg:criterion ex:salty ; mlkg:verdict mlkg:no .
ex:dip-salty-2 a mlkg:Claim ; mlkg:option ex:dip ; mlkg:criterion ex:salty ;
  mlkg:verdict mlkg:yes ; mlkg:rationale "We tasted it."@en , "Probiert."@de .
ex:e2 a mlkg:Evidence ; mlkg:about ex:dip-salty-2 ; mlkg:direction mlkg:disputes ;
  mlkg:indicates mlkg:no ; mlkg:quote "no salt" ; mlkg:retrievedOn "2024-01-31"^^xsd:date .
ex:e3 a mlkg:Evidence ; mlkg:about ex:dip-salty-2 ; mlkg:direction mlkg:supports ;
  mlkg:source ex:thread ; mlkg:reliesOn ex:pie .
ex:e4 a mlkg:Evidence ; mlkg:about ex:pie-warm ; mlkg:direction mlkg:disputes ;
  mlkg:finding "It steams."@en , "Es dampft."@de .
ex:e5 a mlkg:Evidence ; mlkg:about ex:pie-cheap ; mlkg:direction mlkg:inconclusive ;
  mlkg:indicates mlkg:yes .
ex:odd a mlkg:Verdict ; rdfs:label "odd"@en ; skos:notation "odd" .
ex:pie-salty a mlkg:Claim ; mlkg:option ex:pie ; mlkg:criterion ex:salty ; mlkg:verdict ex:odd .
ex:fast a mlkg:Criterion ; rdfs:label "Fast"@en ; dcterms:isPartOf ex:study .
ex:soup-fast a mlkg:Claim ; mlkg:option ex:soup ; mlkg:criterion ex:fast ; mlkg:verdict mlkg:yes .
ex:r1 a mlkg:Review ; mlkg:reviews ex:pie-salty ; mlkg:digest "0" .
ex:lone a mlkg:Source ; schema:url <https://example.org/lone> ; mlkg:verdikt mlkg:yes .
"""
)
"""The small study with every state, holes, doubles, ties and broken records added."""

SPREAD = """\
# A second file: some of the first again, and more that engines sort and compare differently.
ex:e2 a mlkg:Evidence ; mlkg:about ex:dip-salty-2 ; mlkg:direction mlkg:disputes .
ex:e1 mlkg:source ex:menu .
ex:soup-salty mlkg:reliesOn ex:dip ; mlkg:qualifier "if asked"@en .
ex:dip-salty-2 mlkg:rationale "We tasted it."@en .
ex:eclair a mlkg:Option ; rdfs:label "éclair"@fr , "Eclair"@en ; schema:position 10 ;
  dcterms:isPartOf ex:study .
ex:zabaione a mlkg:Option ; rdfs:label "Zabaione" ; schema:position 9.5 ;
  dcterms:isPartOf ex:study .
ex:aspic a mlkg:Option ; rdfs:label "aspic"@en ; schema:position 9.5 ; dcterms:isPartOf ex:study .
ex:noodles a mlkg:Option ; rdfs:label "面"@zh ; dcterms:isPartOf ex:study .
ex:beer a mlkg:Option ; rdfs:label "🍺" ; dcterms:isPartOf ex:study .
ex:ox a ex:Roast ; rdfs:label "Öx \\"big\\"\\n"@de ; dcterms:isPartOf ex:study .
ex:Roast rdfs:subClassOf mlkg:Option . ex:Course rdfs:subClassOf mlkg:Study .
ex:aspic-warm a mlkg:Claim ; mlkg:option ex:aspic ; mlkg:criterion ex:warm ;
  mlkg:verdict mlkg:yes , mlkg:no ; mlkg:qualifier "on ice"@en , "auf Öl"@de , "on ice"@de ;
  mlkg:rationale "Why"@en , "Why"@de , "Why" .
ex:zabaione-warm a mlkg:Claim ; mlkg:option ex:zabaione ; mlkg:criterion ex:warm ;
  mlkg:verdict mlkg:partial ; mlkg:reliesOn ex:eclair , ex:beer , ex:ox , ex:aspic , ex:soup .
ex:ox-warm a mlkg:Claim ; mlkg:option ex:ox ; mlkg:criterion ex:warm ; mlkg:verdict mlkg:yes .
ex:e6 a mlkg:Evidence ; mlkg:about ex:aspic-warm ; mlkg:direction mlkg:disputes , mlkg:supports ;
  mlkg:indicates mlkg:no , mlkg:partial ; mlkg:quote "q" , "Q"@en , "✔ so" ;
  mlkg:finding "Said\\tso\\r\\n<b>&amp;</b>"@en , "Said"@en , "Said"@de ;
  mlkg:source ex:page , ex:menu ; mlkg:retrievedOn "2024-01-31"^^xsd:date , "2024-02-30"^^xsd:date .
ex:e7 a mlkg:Evidence ; mlkg:about ex:zabaione-warm ; mlkg:direction mlkg:supports ;
  mlkg:source ex:page ; mlkg:indicates mlkg:partial .
ex:page a mlkg:Source ; schema:url <https://example.org/a%20b?x=1&y=2#f> ;
  mlkg:sourceKind mlkg:vendorPage ; dcterms:title "Page"@en , "Seite"@de , "Page"@de ;
  dcterms:publisher ex:house .
ex:house a foaf:Organization ; foaf:name "House" , "house" .
ex:study dcterms:title "Mittag"@de , "Lunch"@de ; schema:startDate "2023-12-04"^^xsd:date .
ex:r2 a mlkg:Review ; mlkg:reviews ex:zabaione-warm ; mlkg:digest "0" .
"""
"""A second file of the tangled study: triples stated twice, languages, alphabets, subclasses."""

HOSTILE = r"""
ex:study a mlkg:Study ; dcterms:title "=1+1 </title><script>alert(1)</script> --> ]]> #"@en ;
  dcterms:description "1. \\input{/etc/passwd} $x$ <b>&amp;</b> {{7*7}} %\n\n# not a heading"@en ;
  dcterms:license <https://example.org/licence?a=1&copy;=%22> .
ex:plus a mlkg:Option ; rdfs:label "+cmd|' /C calc'!A0"@en ; schema:position 1 ;
  dcterms:isPartOf ex:study .
ex:Plus a mlkg:Option ; rdfs:label "@SUM(A1) | pipe \\| `code` [a](javascript:b) ~~no~~ $y$"@en ;
  schema:position 2 ; dcterms:isPartOf ex:study .
ex:minus a mlkg:Option ; rdfs:label "\u0001\u000B\u007F\uFFFE\u202E\U0001F600 _x0041_ é 中 ﬁ"@en ;
  schema:position 3 ; dcterms:isPartOf ex:study .
ex:eq a mlkg:Criterion ; rdfs:label "=HYPERLINK(\"http://x\";\"y\")"@en ; schema:position 1 ;
  mlkg:scale mlkg:yesNoScale ; dcterms:isPartOf ex:study .
ex:tex a mlkg:Criterion ; schema:position 2 ; mlkg:scale mlkg:yesNoScale ;
  rdfs:label "\\end{document} # $ % & _ { } ~ ^ \\ < > \" ' ` ^^M"@en ; dcterms:isPartOf ex:study .
ex:lines a mlkg:Criterion ; rdfs:label "two\r\nlines\tand\ttabs"@en ; schema:position 3 ;
  mlkg:scale mlkg:yesNoScale ; dcterms:isPartOf ex:study .
ex:formula a mlkg:Verdict ; rdfs:label "formula"@en ; skos:notation "=1+1" .
ex:number a mlkg:Verdict ; rdfs:label "number"@en ; skos:notation "-5" .
ex:quoted a mlkg:Verdict ; rdfs:label "quoted"@en ; skos:notation "'=1" .
ex:long a mlkg:Verdict ; rdfs:label "long"@en ; skos:notation "LONG" .
ex:c1 a mlkg:Claim ; mlkg:option ex:plus ; mlkg:criterion ex:eq ; mlkg:verdict ex:formula .
ex:c2 a mlkg:Claim ; mlkg:option ex:plus ; mlkg:criterion ex:tex ; mlkg:verdict ex:number .
ex:c3 a mlkg:Claim ; mlkg:option ex:plus ; mlkg:criterion ex:lines ; mlkg:verdict ex:quoted .
ex:c4 a mlkg:Claim ; mlkg:option ex:Plus ; mlkg:criterion ex:eq ; mlkg:verdict mlkg:yes ;
  mlkg:qualifier "@bob #123 :smile: https://x.example/ www.example.org a@b.example &copy;"@en ;
  mlkg:rationale "</div><img src=x onerror=alert(1)> \\verb|x| ]]>"@en .
ex:c5 a mlkg:Claim ; mlkg:option ex:Plus ; mlkg:criterion ex:tex ; mlkg:verdict mlkg:partial ;
  mlkg:qualifier ";=cmd()|x, \"quoted\""@en .
ex:c6 a mlkg:Claim ; mlkg:option ex:minus ; mlkg:criterion ex:eq ; mlkg:verdict ex:long .
ex:c7 a mlkg:Claim ; mlkg:option ex:minus ; mlkg:criterion ex:tex ; mlkg:verdict mlkg:no .
ex:c8 a mlkg:Claim ; mlkg:option ex:minus ; mlkg:criterion ex:tex ; mlkg:verdict mlkg:yes .
ex:script a mlkg:Source ; schema:url "javascript:alert(1)" ; dcterms:title "click me"@en .
ex:spaced a mlkg:Source ; dcterms:title "a]( b) \\\\ \" <c> %"@en ;
  schema:url "https://example.org/a b<c>\"d|e)f\\g{h}%zz#i&lt;j\nk" .
ex:far a mlkg:Source ; schema:url <https://example.org/FAR> ; dcterms:title "far"@en .
ex:h1 a mlkg:Evidence ; mlkg:about ex:c1 ; mlkg:direction mlkg:supports ; mlkg:source ex:script ;
  mlkg:indicates ex:formula ; mlkg:finding "=1+1\n- list\n    code\n[^note]: text"@en ;
  mlkg:quote "\"quote\" </text> \\\\ ^^41 {"@en .
ex:h2 a mlkg:Evidence ; mlkg:about ex:c4 ; mlkg:direction mlkg:supports ; mlkg:source ex:spaced ;
  mlkg:indicates mlkg:yes ; mlkg:finding "LONG"@en ; mlkg:retrievedOn "2024-01-31"^^xsd:date ;
  prov:wasAttributedTo ex:who .
ex:h3 a mlkg:Evidence ; mlkg:about ex:c7 ; mlkg:direction mlkg:disputes ; mlkg:source ex:far .
ex:h4 a mlkg:Evidence ; mlkg:about ex:c8 ; mlkg:direction mlkg:inconclusive .
ex:who a prov:Agent ; foaf:name "@who <who@example.org>" .
""".replace("FAR", "far/" * 700).replace("LONG", "long & <b> " * 3600)
"""A study whose texts and addresses are markup, formulas and traps in one format or another.

Two claims share a cell, one cell is missing, two options differ in the case of their IRIs alone,
one text is longer than a spreadsheet's cell may be and one address longer than its links.
"""


def made_up(options: int, criteria: int) -> str:
    """Return a study of a size, with a claim for each cell and evidence for every second one."""
    verdicts = ("yes", "no", "partial", "unknown")
    lines = ['ex:study a mlkg:Study ; dcterms:title "Made up"@en .']
    for kind, letter, count in (("Option", "o", options), ("Criterion", "c", criteria)):
        lines += [
            f'ex:{letter}{n} a mlkg:{kind} ; rdfs:label "{kind} {n}"@en ; schema:position {n} ;'
            " mlkg:scale mlkg:yesNoScale ; dcterms:isPartOf ex:study ."
            for n in range(count)
        ]
    for c in range(criteria):
        lines.append(f"ex:s{c} a mlkg:Source ; schema:url <https://example.org/page/{c}> .")
        for o in range(options):
            lines.append(
                f"ex:k{o}-{c} a mlkg:Claim ; mlkg:option ex:o{o} ; mlkg:criterion ex:c{c} ;"
                f" mlkg:verdict mlkg:{verdicts[(3 * o + c) % 4]} ."
            )
            if (o + c) % 2:
                lines.append(
                    f"ex:e{o}-{c} a mlkg:Evidence ; mlkg:about ex:k{o}-{c} ; mlkg:source ex:s{c} ;"
                    f' mlkg:direction mlkg:supports ; mlkg:finding "Page {c} says so of {o}."@en .'
                )
    return "\n".join(lines) + "\n"
