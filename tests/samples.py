"""What tests import from one another: small studies in Turtle, and types of fixtures."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

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
ex:e1 a mlkg:Evidence ; mlkg:about ex:soup-warm ; mlkg:indicates mlkg:yes ;
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
  mlkg:verdict mlkg:yes ; mlkg:rationale "We tasted it."@en , "Probiert."@de ;
  mlkg:despite ex:e2 .
ex:e2 a mlkg:Evidence ; mlkg:about ex:dip-salty-2 ; mlkg:indicates mlkg:no ;
  mlkg:quote "no salt" ; mlkg:retrievedOn "2024-01-31"^^xsd:date .
ex:e3 a mlkg:Evidence ; mlkg:about ex:dip-salty-2 ; mlkg:indicates mlkg:yes ;
  mlkg:source ex:thread ; mlkg:reliesOn ex:pie .
ex:e4 a mlkg:Evidence ; mlkg:about ex:pie-warm ; mlkg:excludes mlkg:no ;
  mlkg:finding "It steams."@en , "Es dampft."@de .
ex:e5 a mlkg:Evidence ; mlkg:about ex:pie-cheap ; mlkg:indicates mlkg:yes .
ex:odd a mlkg:Verdict ; rdfs:label "odd"@en ; skos:notation "odd" .
ex:pie-salty a mlkg:Claim ; mlkg:option ex:pie ; mlkg:criterion ex:salty ; mlkg:verdict ex:odd .
ex:fast a mlkg:Criterion ; rdfs:label "Fast"@en ; dcterms:isPartOf ex:study .
ex:soup-fast a mlkg:Claim ; mlkg:option ex:soup ; mlkg:criterion ex:fast ; mlkg:verdict mlkg:yes .
ex:r1 a mlkg:Review ; mlkg:reviews ex:pie-salty ; mlkg:digest "0" .
ex:lone a mlkg:Source ; schema:url <https://example.org/lone> ; mlkg:verdikt mlkg:yes .
"""
)
"""The small study with every state, holes, doubles, ties and broken records added."""

VALUED = (
    SMALL
    + """\
# Every kind of scale, every state, and all that evidence, searches and captures can say.
@prefix unit: <http://qudt.org/vocab/unit/> .
ex:study mlkg:modelVersion 2 ; mlkg:policy ex:house-policy .
ex:house-policy a mlkg:Policy ; rdfs:label "house policy"@en ; mlkg:minimumPublishers 1 .
ex:stew a mlkg:Option ; rdfs:label "Stew"@en ; schema:position 3 ; dcterms:isPartOf ex:study .
ex:freezer a mlkg:Component ; rdfs:label "Freezer"@en ; dcterms:isPartOf ex:study .
ex:shop a mlkg:Source ; schema:url <https://example.org/shop> ; mlkg:sourceKind mlkg:article ;
  mlkg:edition "2024" .
ex:ann a foaf:Person ; foaf:name "Ann" .
ex:bob a foaf:Person ; foaf:name "Bob" .
ex:freezer-deprecated a mlkg:LifecycleEvent ; mlkg:about ex:freezer ;
  mlkg:status mlkg:deprecated ; mlkg:validFrom "2024-02-01"^^xsd:date ; mlkg:source ex:shop .
ex:pie-renamed a mlkg:LifecycleEvent ; mlkg:about ex:pie ; mlkg:status mlkg:renamed ;
  mlkg:validFrom "2023-02-01"^^xsd:date ; mlkg:source ex:menu ;
  mlkg:finding "It was called tart."@en .

# A quantity in a QUDT unit
ex:minutes a mlkg:Scale ; rdfs:label "minutes"@en ; mlkg:valueType mlkg:quantity ;
  mlkg:unit unit:MIN ; mlkg:better mlkg:lower .
ex:wait a mlkg:Criterion ; rdfs:label "Wait"@en ; skos:definition "Minutes until served."@en ;
  mlkg:scale ex:minutes ; schema:position 3 ; dcterms:isPartOf ex:study .
ex:soup-wait a mlkg:Claim ; mlkg:option ex:soup ; mlkg:criterion ex:wait ; mlkg:value 5 .
ex:wait-1 a mlkg:Evidence ; mlkg:about ex:soup-wait ; mlkg:indicates 300 ; mlkg:unit unit:SEC ;
  mlkg:source ex:menu ; prov:generatedAtTime "2024-01-31T12:00:00Z"^^xsd:dateTime .
ex:pie-wait a mlkg:Claim ; mlkg:option ex:pie ; mlkg:criterion ex:wait ; mlkg:value 12.5 ;
  mlkg:rationale "The shop counts the way back."@en ; mlkg:despite ex:wait-2 .
ex:wait-2 a mlkg:Evidence ; mlkg:about ex:pie-wait ; mlkg:indicates 20 ; mlkg:source ex:shop .
ex:wait-3 a mlkg:Evidence ; mlkg:about ex:pie-wait ; mlkg:indicates 12.50 ; mlkg:source ex:menu .
ex:stew-wait a mlkg:Claim ; mlkg:option ex:stew ; mlkg:criterion ex:wait ; mlkg:value 90 .
ex:wait-4 a mlkg:Evidence ; mlkg:about ex:stew-wait ; mlkg:excludesAbove 1 ; mlkg:unit unit:HR ;
  mlkg:source ex:shop .
ex:wait-5 a mlkg:Evidence ; mlkg:about ex:stew-wait ; mlkg:indicates 1.5 ; mlkg:unit unit:HR ;
  mlkg:source ex:menu .

# A quantity in a unit that is a text
ex:number-of-stars a mlkg:Scale ; rdfs:label "number of stars"@en ;
  mlkg:valueType mlkg:quantity ; mlkg:unit "stars"@en ; mlkg:better mlkg:higher .
ex:stars a mlkg:Criterion ; rdfs:label "Stars"@en ; skos:definition "Stars of guests."@en ;
  mlkg:scale ex:number-of-stars ; schema:position 4 ; dcterms:isPartOf ex:study .
ex:soup-stars a mlkg:Claim ; mlkg:option ex:soup ; mlkg:criterion ex:stars ; mlkg:value 75000 .
ex:stars-1 a mlkg:Evidence ; mlkg:about ex:soup-stars ; mlkg:indicates 75000 ;
  mlkg:source ex:shop ; mlkg:edition "2024" ; mlkg:locator "Ratings" ;
  mlkg:certainty mlkg:moderate ; mlkg:certaintyReason "Rounded."@en ;
  mlkg:appliesTo "the large bowl"@en ; mlkg:answeredBy "cook" ;
  mlkg:retrievedOn "2024-05-01"^^xsd:date ; prov:wasAttributedTo ex:ann .
ex:pie-stars a mlkg:Claim ; mlkg:option ex:pie ; mlkg:criterion ex:stars ;
  mlkg:verdict mlkg:unknown .
ex:stars-2 a mlkg:Evidence ; mlkg:about ex:pie-stars ; mlkg:indicates 120 ; mlkg:source ex:shop .
ex:stars-3 a mlkg:Evidence ; mlkg:about ex:pie-stars ; mlkg:indicates 120.0 .
ex:stew-stars a mlkg:Claim ; mlkg:option ex:stew ; mlkg:criterion ex:stars ;
  mlkg:verdict mlkg:unknown .
ex:stars-4 a mlkg:Evidence ; mlkg:about ex:stew-stars ; mlkg:indicates 10 ; mlkg:source ex:shop .
ex:stars-5 a mlkg:Evidence ; mlkg:about ex:stew-stars ; mlkg:indicates 12 ; mlkg:source ex:menu .

# A date
ex:days a mlkg:Scale ; rdfs:label "days"@en ; mlkg:valueType mlkg:date .
ex:since a mlkg:Criterion ; rdfs:label "Since"@en ; skos:definition "First day on the menu."@en ;
  mlkg:scale ex:days ; schema:position 5 ; dcterms:isPartOf ex:study .
ex:soup-since a mlkg:Claim ; mlkg:option ex:soup ; mlkg:criterion ex:since ;
  mlkg:value "2024-03-01"^^xsd:date .
ex:since-1 a mlkg:Evidence ; mlkg:about ex:soup-since ; mlkg:indicates "2024-03-01"^^xsd:date ;
  mlkg:source ex:menu ; mlkg:validFrom "2024-03-01"^^xsd:date ;
  mlkg:validUntil "2024-06-01"^^xsd:date .
ex:pie-since a mlkg:Claim ; mlkg:option ex:pie ; mlkg:criterion ex:since ;
  mlkg:value "2020-01-01"^^xsd:date .
ex:since-2 a mlkg:Evidence ; mlkg:about ex:pie-since ; mlkg:indicates "2020-01-01"^^xsd:date ;
  mlkg:source ex:menu ; prov:invalidatedAtTime "2024-05-02T12:00:00Z"^^xsd:dateTime ;
  mlkg:withdrawnBecause "It was another pie."@en .
ex:since-3 a mlkg:Evidence ; mlkg:about ex:pie-since ; mlkg:source ex:shop ;
  mlkg:excludesBelow "2019-01-01"^^xsd:date .
ex:stew-since a mlkg:Claim ; mlkg:option ex:stew ; mlkg:criterion ex:since ;
  mlkg:verdict mlkg:notAssessed .

# Several texts
ex:licences a mlkg:Scale ; rdfs:label "licences"@en ; mlkg:valueType mlkg:text ;
  mlkg:several true .
ex:recipe a mlkg:Criterion ; rdfs:label "Recipe"@en ; skos:definition "Licences of it."@en ;
  mlkg:scale ex:licences ; schema:position 6 ; dcterms:isPartOf ex:study .
ex:soup-recipe a mlkg:Claim ; mlkg:option ex:soup ; mlkg:criterion ex:recipe ;
  mlkg:value "MIT" , "Apache-2.0" .
ex:recipe-1 a mlkg:Evidence ; mlkg:about ex:soup-recipe ; mlkg:indicates "MIT" , "Apache-2.0" ;
  mlkg:source ex:menu .
ex:pie-recipe a mlkg:Claim ; mlkg:option ex:pie ; mlkg:criterion ex:recipe ;
  mlkg:value "MIT" , "GPL-3.0" .
ex:recipe-2 a mlkg:Evidence ; mlkg:about ex:pie-recipe ; mlkg:indicates "MIT" ;
  mlkg:source ex:menu .
ex:stew-recipe a mlkg:Claim ; mlkg:option ex:stew ; mlkg:criterion ex:recipe ;
  mlkg:value "CC0-1.0" .
ex:recipe-3 a mlkg:Evidence ; mlkg:about ex:stew-recipe ; mlkg:indicates "CC0-1.0" .

# Verdicts in order, and quotes
ex:heats a mlkg:Scale ; rdfs:label "heats"@en ; mlkg:ordered true ; mlkg:better mlkg:higher ;
  skos:hasTopConcept ex:cold , ex:lukewarm , ex:hot .
ex:cold a mlkg:Verdict ; rdfs:label "cold"@en ; skos:notation "cold" ; schema:position 1 .
ex:lukewarm a mlkg:Verdict ; rdfs:label "lukewarm"@en ; skos:notation "lukewarm" ;
  schema:position 2 .
ex:hot a mlkg:Verdict ; rdfs:label "hot"@en ; skos:notation "hot" ; schema:position 3 .
ex:heat a mlkg:Criterion ; rdfs:label "Heat"@en ; skos:definition "How hot it is served."@en ;
  mlkg:scale ex:heats ; schema:position 7 ; dcterms:isPartOf ex:study .
ex:soup-heat a mlkg:Claim ; mlkg:option ex:soup ; mlkg:criterion ex:heat ; mlkg:verdict ex:hot .
ex:heat-1 a mlkg:Evidence ; mlkg:about ex:soup-heat ; mlkg:indicates ex:hot ;
  mlkg:source ex:menu ; mlkg:quote "piping hot" .
ex:pie-heat a mlkg:Claim ; mlkg:option ex:pie ; mlkg:criterion ex:heat ; mlkg:verdict ex:hot .
ex:heat-2 a mlkg:Evidence ; mlkg:about ex:pie-heat ; mlkg:indicates ex:hot ;
  mlkg:source ex:menu ; mlkg:quote "hot pie" .
ex:stew-heat a mlkg:Claim ; mlkg:option ex:stew ; mlkg:criterion ex:heat ;
  mlkg:verdict ex:lukewarm ; mlkg:rationale "We measured it."@en ; mlkg:despite ex:heat-4 .
ex:heat-3 a mlkg:Evidence ; mlkg:about ex:stew-heat ; mlkg:indicates ex:lukewarm ;
  mlkg:source ex:menu .
ex:heat-4 a mlkg:Evidence ; mlkg:about ex:stew-heat ; mlkg:excludesAbove ex:cold ;
  mlkg:source ex:shop .
ex:heat-5 a mlkg:Evidence ; mlkg:about ex:stew-heat ; mlkg:excludesBelow ex:hot ;
  mlkg:finding "It was hot."@en .
ex:menu-1 a mlkg:Capture ; mlkg:source ex:menu ; mlkg:linkState mlkg:alive ;
  prov:generatedAtTime "2024-05-01T12:00:00Z"^^xsd:dateTime ; mlkg:showsQuoteOf ex:heat-2 ;
  mlkg:lacksQuoteOf ex:vegan-1 .
ex:menu-2 a mlkg:Capture ; mlkg:source ex:menu ; mlkg:linkState mlkg:changed ;
  prov:generatedAtTime "2024-06-15T12:00:00Z"^^xsd:dateTime ; mlkg:showsQuoteOf ex:heat-1 ;
  mlkg:lacksQuoteOf ex:heat-2 , ex:vegan-1 .

# Searches that found nothing
ex:vegan a mlkg:Criterion ; rdfs:label "Vegan"@en ; skos:definition "Nothing of animals."@en ;
  mlkg:scale mlkg:yesNoScale ; schema:position 8 ; dcterms:isPartOf ex:study .
ex:soup-vegan a mlkg:Claim ; mlkg:option ex:soup ; mlkg:criterion ex:vegan ;
  mlkg:verdict mlkg:no .
ex:search-1 a mlkg:SearchRecord ; mlkg:about ex:soup-vegan ; mlkg:searchedIn "the menu"@en ;
  mlkg:searchedFor "vegan" ; mlkg:searchedOn "2024-05-01"^^xsd:date ;
  mlkg:searchOutcome mlkg:nothingFound ; prov:wasAttributedTo ex:ann .
ex:pie-vegan a mlkg:Claim ; mlkg:option ex:pie ; mlkg:criterion ex:vegan ; mlkg:verdict mlkg:no .
ex:search-2 a mlkg:SearchRecord ; mlkg:about ex:pie-vegan ; mlkg:searchedIn "the shop"@en ;
  mlkg:searchedFor "vegan" ; mlkg:searchedOn "2024-05-01"^^xsd:date ;
  mlkg:searchOutcome mlkg:notAvailable ; prov:wasAttributedTo ex:ann .
ex:vegan-1 a mlkg:Evidence ; mlkg:about ex:pie-vegan ; mlkg:indicates mlkg:no ;
  mlkg:source ex:menu ; mlkg:quote "with lard" .
ex:stew-vegan a mlkg:Claim ; mlkg:option ex:stew ; mlkg:criterion ex:vegan ;
  mlkg:verdict mlkg:notApplicable .

# Qualifiers, components and reviews
ex:crust a mlkg:Criterion ; rdfs:label "Crust"@en ; skos:definition "It has a crust."@en ;
  mlkg:scale mlkg:yesNoScale ; schema:position 9 ; dcterms:isPartOf ex:study .
ex:soup-crust a mlkg:Claim ; mlkg:option ex:soup ; mlkg:criterion ex:crust ;
  mlkg:verdict mlkg:notApplicable ; mlkg:rationale "A soup has no crust."@en .
ex:pie-crust a mlkg:Claim ; mlkg:option ex:pie ; mlkg:criterion ex:crust ;
  mlkg:verdict mlkg:yes ; mlkg:qualifier "on Sundays"@en .
ex:crust-1 a mlkg:Evidence ; mlkg:about ex:pie-crust ; mlkg:indicates mlkg:yes ;
  mlkg:source ex:menu .
ex:crust-2 a mlkg:Evidence ; mlkg:about ex:pie-crust ; mlkg:source ex:shop ;
  mlkg:excludesQualifier "on Sundays"@en .
ex:stew-crust a mlkg:Claim ; mlkg:option ex:stew ; mlkg:criterion ex:crust ;
  mlkg:verdict mlkg:yes ; mlkg:reliesOn ex:freezer .
ex:crust-3 a mlkg:Evidence ; mlkg:about ex:stew-crust ; mlkg:indicates mlkg:yes ;
  mlkg:source ex:menu ; mlkg:reliesOn ex:freezer .
ex:review-1 a mlkg:Review ; mlkg:reviews ex:stew-crust ;
  prov:wasAttributedTo ex:bob ; prov:generatedAtTime "2024-05-03T12:00:00Z"^^xsd:dateTime ;
  mlkg:digest "ZEROS" .
ex:stew-warm a mlkg:Claim ; mlkg:option ex:stew ; mlkg:criterion ex:warm ;
  mlkg:verdict mlkg:yes .
ex:warm-1 a mlkg:Evidence ; mlkg:about ex:stew-warm ; mlkg:indicates mlkg:yes ;
  mlkg:source ex:menu .
ex:review-2 a mlkg:Review ; mlkg:reviews ex:stew-warm ;
  prov:wasAttributedTo ex:bob ; prov:generatedAtTime "2024-05-03T12:00:00Z"^^xsd:dateTime ;
  mlkg:digest "9a9cc9b49adcb8c58d128955d3f9ddfa47feb0957c8ab585801e5f002a1f3f5d" .
"""
).replace("ZEROS", 64 * "0")
"""A study with every kind of scale and every state; its last cell, stew × cheap, is missing.

The reference day is 2024-06-15. By state of support: `wait` Supported with a converted unit,
Reconciled, Disputed by a bound; `stars` Supported, ready, contested; `since` Unsupported as the
evidence is no longer valid, Unsupported as it is withdrawn, NotAssessed; `recipe` Supported, Weak,
Unsupported as the evidence has no source; `heat` Supported with its quote found, Suspect with its
quote gone, Disputed with one of two disputes reconciled; `vegan` ByAbsence, Unsupported with its
quote never found, NotApplicable without a rationale; `crust` NotApplicable, Disputed in its
qualifier, Suspect by its review; stew × warm Supported with a review that matches.
"""

FACTS = Path(__file__).with_name("facts.ttl")
"""A study in which each branch of each query of derived facts gives something."""

BENT = """\
# Answers that do not fit their scales, to be added to the valued study.
ex:soup-stars mlkg:value "many" .
ex:stars-4 mlkg:unit "moons"@en .
ex:warm-1 mlkg:excludesAbove mlkg:partial .
ex:stew-warm mlkg:despite ex:warm-1 .
ex:cheap-1 a mlkg:Evidence ; mlkg:about ex:soup-cheap ; mlkg:indicates mlkg:yes .
"""
"""Records to add to the valued study: a value of another type than its scale, two answers where one
is allowed, a unit that cannot be compared, a bound without an order, `despite` without dispute, and
a claim that says something other than all evidence.
"""

SPREAD = """\
# A second file: some of the first again, and more that engines sort and compare differently.
ex:e2 a mlkg:Evidence ; mlkg:about ex:dip-salty-2 ; mlkg:indicates mlkg:no .
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
ex:e6 a mlkg:Evidence ; mlkg:about ex:aspic-warm ; mlkg:excludes mlkg:yes ;
  mlkg:indicates mlkg:no , mlkg:partial ; mlkg:quote "q" , "Q"@en , "✔ so" ;
  mlkg:finding "Said\\tso\\r\\n<b>&amp;</b>"@en , "Said"@en , "Said"@de ;
  mlkg:source ex:page , ex:menu ; mlkg:retrievedOn "2024-01-31"^^xsd:date , "2024-02-30"^^xsd:date .
ex:e7 a mlkg:Evidence ; mlkg:about ex:zabaione-warm ; mlkg:source ex:page ;
  mlkg:indicates mlkg:partial .
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
ex:h1 a mlkg:Evidence ; mlkg:about ex:c1 ; mlkg:source ex:script ;
  mlkg:indicates ex:formula ; mlkg:finding "=1+1\n- list\n    code\n[^note]: text"@en ;
  mlkg:quote "\"quote\" </text> \\\\ ^^41 {"@en .
ex:h2 a mlkg:Evidence ; mlkg:about ex:c4 ; mlkg:source ex:spaced ;
  mlkg:indicates mlkg:yes ; mlkg:finding "LONG"@en ; mlkg:retrievedOn "2024-01-31"^^xsd:date ;
  prov:wasAttributedTo ex:who .
ex:h3 a mlkg:Evidence ; mlkg:about ex:c7 ; mlkg:excludes mlkg:no ; mlkg:source ex:far .
ex:h4 a mlkg:Evidence ; mlkg:about ex:c8 .
ex:who a prov:Agent ; foaf:name "@who <who@example.org>" .
""".replace("FAR", "far/" * 700).replace("LONG", "long & <b> " * 3600)
"""A study whose texts and addresses are markup, formulas and traps in one format or another.

Two claims share a cell, one cell is missing, two options differ in the case of their IRIs alone,
one text is longer than a spreadsheet's cell may be and one address longer than its links.
"""


def made_up(options: int, criteria: int) -> str:
    """Return a study of a size, with a claim for each cell and evidence for every second one.

    The evidence indicates the verdict of its claim, and nothing where the claim is open.
    """
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
            verdict = verdicts[(3 * o + c) % 4]
            lines.append(
                f"ex:k{o}-{c} a mlkg:Claim ; mlkg:option ex:o{o} ; mlkg:criterion ex:c{c} ;"
                f" mlkg:verdict mlkg:{verdict} ."
            )
            if (o + c) % 2:
                indicates = "" if verdict == "unknown" else f" mlkg:indicates mlkg:{verdict} ;"
                lines.append(
                    f"ex:e{o}-{c} a mlkg:Evidence ; mlkg:about ex:k{o}-{c} ; mlkg:source ex:s{c} ;"
                    f'{indicates} mlkg:finding "Page {c} says so of {o}."@en .'
                )
    return "\n".join(lines) + "\n"
