"""The roles of `tratt up`, by name: known without loading what they are made of."""

ROLES = ("ingest", "retrieval", "scorer", "router", "console")
