"""Turtle as text: tokens, triples and records with their places, files, the house form."""
