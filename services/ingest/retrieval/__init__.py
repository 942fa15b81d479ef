"""Retrieval: leads of which a platform tells the id only are fetched from it, with patience. A role of its own."""
