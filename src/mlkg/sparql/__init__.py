"""Looking at the text of SPARQL: tokens, parts of queries, what they name, their parameters."""
