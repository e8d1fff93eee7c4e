"""What the tests share: PostgreSQL servers and databases, and the rules of a test run."""
