"""What tests import from one another: small studies in Turtle, and types of fixtures."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

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
  mlkg:verdict mlkg:yes , mlkg:no ; mlkg:qualifier "on ice"@en , "auf Eis"@de , "on ice"@de ;
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
