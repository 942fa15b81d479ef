"""Enrich, score and explain every lead."""
