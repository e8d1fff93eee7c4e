"""Projections on every engine, with their runners, their processes and their failures."""
