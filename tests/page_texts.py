"""A study that tries to break out of the page: as markup, as script, as links, as layout."""

HOSTILE = r"""
ex:study a mlkg:Study ; dcterms:title "</title></style><script>hacked()</script><!-- "@en ;
  dcterms:description "]]> --> <img src=x onerror=hacked()> &amp; &lt; {{ 7 * 7 }} {% raw %}"@en ;
  dcterms:license <javascript:hacked()> ; mlkg:repository <data:text/html,hacked> .
ex:a a mlkg:Option ; rdfs:label "<b onclick=hacked()>bold</b>\" onfocus=hacked() x=\""@en ;
  schema:position 1 ; dcterms:isPartOf ex:study .
ex:rtl a mlkg:Option ; rdfs:label "\u05D0\u05D5\u05E4\u05E6\u05D9\u05D4 \u202E(1)"@he ;
  schema:position 2 ; dcterms:isPartOf ex:study .
ex:long a mlkg:Option ; schema:position 3 ; dcterms:isPartOf ex:study ;
  rdfs:label "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"@de .
ex:c a mlkg:Criterion ; rdfs:label "</noscript></textarea></script>'"@en ; schema:position 1 ;
  mlkg:scale mlkg:yesNoScale ; skos:definition "<svg onload=hacked()>"@en ;
  dcterms:isPartOf ex:study .
ex:d a mlkg:Criterion ; rdfs:label "\u0627\u0644\u062F\u0639\u0645"@ar ; schema:position 2 ;
  mlkg:scale mlkg:yesNoScale ; dcterms:isPartOf ex:study .
ex:odd a mlkg:Verdict ; rdfs:label "odd"@en ; skos:notation "<script>hacked()</script>" .
ex:a-c a mlkg:Claim ; mlkg:option ex:a ; mlkg:criterion ex:c ; mlkg:verdict ex:odd ;
  mlkg:qualifier "<!-- <script>"@en ; mlkg:rationale "</section><iframe src=//x>"@en .
ex:a-d a mlkg:Claim ; mlkg:option ex:a ; mlkg:criterion ex:d ; mlkg:verdict mlkg:yes .
ex:long-c a mlkg:Claim ; mlkg:option ex:long ; mlkg:criterion ex:c ; mlkg:verdict mlkg:no ;
  mlkg:qualifier "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW"@en .
ex:js a mlkg:Source ; schema:url <javascript:hacked()> ; dcterms:title "<a href=javascript:1>"@en .
ex:data a mlkg:Source ; schema:url <data:text/html,hacked> .
ex:file a mlkg:Source ; schema:url <file:///etc/passwd> .
ex:fine a mlkg:Source ; schema:url <https://example.org/?a=1&b=%22%3E> .
ex:spoof a mlkg:Source ; schema:url "https://example.org/\u202Egpj.exe" .
ex:e1 a mlkg:Evidence ; mlkg:about ex:a-c ; mlkg:indicates ex:odd ; mlkg:source ex:js ;
  mlkg:finding "</li></ul><script>hacked()</script>"@en ; mlkg:quote "</blockquote>"@en ;
  mlkg:locator "<svg onload=hacked()>" ; mlkg:edition "</p><b onclick=hacked()>" ;
  mlkg:appliesTo "</section><img src=x>"@en .
ex:e2 a mlkg:Evidence ; mlkg:about ex:a-c ; mlkg:excludes ex:odd ; mlkg:source ex:data ;
  mlkg:finding "<img src=https://example.org/pixel.png>"@en .
ex:e3 a mlkg:Evidence ; mlkg:about ex:a-d ; mlkg:indicates mlkg:yes ; mlkg:source ex:fine ;
  mlkg:finding "\u05D4\u05EA\u05E4\u05E8\u05D9\u05D8 \u05D0\u05D5\u05DE\u05E8."@he .
ex:e4 a mlkg:Evidence ; mlkg:about ex:long-c ; mlkg:indicates mlkg:no ; mlkg:source ex:file .
"""
