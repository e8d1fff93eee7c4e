"""Tests of the SQLite engine on real files, in several threads and processes."""
