"""Tests of the in-memory engine."""
