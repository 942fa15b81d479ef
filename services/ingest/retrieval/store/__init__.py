"""Retrieval's tables: what is to be fetched, who fetches it, and what that waits for."""
