"""Finding the usual fields in a payload that nobody has described, in Swedish, English and their neighbours."""
