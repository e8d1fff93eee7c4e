"""Event-sourced applications in Python."""

__version__ = "9.6.0"
