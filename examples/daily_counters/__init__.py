"""Counters by day: a projection that processes events in batches, one transaction for each."""
