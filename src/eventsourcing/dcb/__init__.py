"""Dynamic consistency boundaries: decisions that depend on a query, not on one aggregate.

The modules of this package are `api` (events, queries, recorders), `domain`, `persistence`,
`application`, `msgpack`, and one for each engine.
"""
