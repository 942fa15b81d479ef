"""Leads out of the file that a platform's own page exports: read, told from those that arrived, and healed."""
