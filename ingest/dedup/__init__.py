"""Which articles are copies of which: signatures, candidates, verification, clusters."""
