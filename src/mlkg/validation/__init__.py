"""Holding a study, or any RDF files, to shapes and rules, and reporting what was found."""
