"""What the long proofs and their short forms in the suite are made of: processes, traffic, sink, verdict."""
