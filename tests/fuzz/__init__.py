"""A fuzzer for what stands between any sender's bytes and a lead: guard, decoder, verifiers and mappings."""
