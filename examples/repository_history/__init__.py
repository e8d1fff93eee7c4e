"""Turns the history of a git repository into events: `make history REPO=path`."""
