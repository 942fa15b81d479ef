"""Showing that a submission is its sender's own: one configurable verifier, with a preset per vendor."""
