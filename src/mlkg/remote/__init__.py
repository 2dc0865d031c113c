"""A study on a SPARQL 1.1 endpoint: how it lies there, how it gets there and back."""
