"""Making leads of any payload by configuration: paths, fall-backs, transforms, filters, and guesses that say so."""
