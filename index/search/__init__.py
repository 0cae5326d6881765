"""Texts -> vectors; the nearest passages and the best by their words."""
