"""Conformance suites for those who write engines."""
