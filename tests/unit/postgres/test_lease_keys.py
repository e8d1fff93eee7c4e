"""The numbers that stand for leases on the server: pure."""

from __future__ import annotations

from eventsourcing.postgres.lease_keys import lease_key


def test_keys_never_change() -> None:
    """Issue 5.6: programs of different releases contend with each other."""
    assert lease_key("public", "projection") == 275742101746325980


def test_keys_are_of_the_schema_and_the_name() -> None:
    """Issue 5.6: what differs has another key, within 64 bits."""
    names = [("public", "a"), ("public", "b"), ("other", "a"), ("", "publica"), ("public\0a", "")]
    keys = {lease_key(schema, name) for schema, name in names}
    assert len(keys) == len(names)
    assert all(-(2**63) <= key < 2**63 for key in keys)


def test_any_text_has_a_key() -> None:
    """Issue 5.6: also what cannot be encoded."""
    assert lease_key("public", "\udcff") != lease_key("public", "?")
