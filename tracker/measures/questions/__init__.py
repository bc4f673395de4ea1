"""Typed questions that the catalogue declares, answered as at a date: a new question needs no code here."""
