"""Bank accounts: a mutable aggregate, and transfers that change two of them or none."""
