"""Benchmarks: this library against the published one and against the bare drivers, in one run."""
