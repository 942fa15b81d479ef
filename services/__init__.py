"""Tratt's services: ingest, scorer, router and console, and the wiring that runs them."""
