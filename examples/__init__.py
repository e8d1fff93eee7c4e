"""Programs that use the library, each with a target of its own in the Makefile."""
