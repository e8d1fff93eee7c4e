"""Tests of the SQLite engine that need no database file."""
