"""Full-text search: a view of notes in SQLite or PostgreSQL, kept by a projection."""
