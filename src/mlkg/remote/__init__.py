"""A study that lies in a triple store: any endpoint of the SPARQL 1.1 Protocol."""
