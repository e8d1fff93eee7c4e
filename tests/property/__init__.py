"""Properties that hold for all aggregates, tested with random ones."""
