"""The dog school of the tutorial, as a person would want to see it work: `make demo`."""
