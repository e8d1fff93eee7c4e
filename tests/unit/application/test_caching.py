"""The two caches."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsourcing.application import Cache, LRUCache


@pytest.fixture(params=["Cache", "LRUCache"])
def cache(request: pytest.FixtureRequest) -> Cache[int, str]:
    return Cache() if request.param == "Cache" else LRUCache(maxsize=2)


def full_cache() -> LRUCache[int, int]:
    lru: LRUCache[int, int] = LRUCache(maxsize=3)
    for key in (1, 2, 3):
        lru.put(key, key)
    return lru


def test_an_absent_key_is_a_key_error(cache: Cache[int, str]) -> None:
    """L1, L2: with and without evicting."""
    with pytest.raises(KeyError):
        cache.get(1)
    with pytest.raises(KeyError):
        cache.get(1, evict=True)


def test_what_was_put_can_be_got_again(cache: Cache[int, str]) -> None:
    """L1, L2, L5: and is a key of the mapping `cache`."""
    cache.put(1, "a")
    assert cache.get(1) == "a"
    assert cache.get(1) == "a"
    assert 1 in cache.cache


def test_putting_again_replaces(cache: Cache[int, str]) -> None:
    """L1, L3: one entry for a key."""
    cache.put(1, "a")
    cache.put(1, "b")
    assert cache.get(1) == "b"
    assert len(cache.cache) == 1


@pytest.mark.parametrize("positional", [True, False])
def test_evicting_removes_the_entry_and_returns_it(
    cache: Cache[int, str], positional: bool
) -> None:
    """L1, L2: [9.2] also positionally."""
    cache.put(1, "a")
    assert (cache.get(1, True) if positional else cache.get(1, evict=True)) == "a"
    assert 1 not in cache.cache


def test_none_is_not_put(cache: Cache[int, str]) -> None:
    """L1: the value None is ignored."""
    cache.put(1, "a")
    cache.put(1, None)
    assert cache.get(1) == "a"


def test_putting_into_an_unbounded_cache_returns_none() -> None:
    """L1: nothing is ever evicted."""
    cache: Cache[int, int] = Cache()
    assert [cache.put(i, i) for i in range(1, 100)] == [None] * 99


def test_the_least_recently_used_entry_is_evicted() -> None:
    """L3: the example of the contract."""
    lru: LRUCache[int, int] = LRUCache(maxsize=2)
    assert lru.put(1, 1) == (None, None)
    assert lru.put(2, 2) == (None, None)
    assert (lru.get(1), lru.get(2)) == (1, 2)
    assert lru.put(3, 3) == (1, 1)


def test_getting_an_entry_makes_it_the_most_recent() -> None:
    """L2: so another one is evicted."""
    lru = full_cache()
    lru.get(1)
    assert lru.put(4, 4) == (2, 2)


def test_putting_an_existing_key_makes_it_the_most_recent_and_evicts_nothing() -> None:
    """L3: so another one is evicted next."""
    lru = full_cache()
    assert lru.put(1, 11) == (None, None)
    assert lru.put(4, 4) == (2, 2)
    assert lru.get(1) == 11


@pytest.mark.parametrize("evicted", [1, 2, 3])
def test_evicting_frees_a_slot_wherever_it_was(evicted: int) -> None:
    """L3: the oldest, the middle, the newest."""
    lru = full_cache()
    assert lru.full
    lru.get(evicted, evict=True)
    assert not lru.full
    assert lru.put(4, 4) == (None, None)
    assert lru.put(5, 5) != (None, None)


def test_clearing_removes_all_entries() -> None:
    """L4: no stale keys are left."""
    lru = full_cache()
    lru.clear()
    assert (len(lru.cache), lru.full) == (0, False)
    with pytest.raises(KeyError):
        lru.get(1)
    assert [lru.put(key, key) for key in (1, 2, 3)] == [(None, None)] * 3


def test_many_threads_may_use_a_bounded_cache() -> None:
    """L4: the size stays within its bound, and values belong to their keys."""
    lru: LRUCache[int, int] = LRUCache(maxsize=5)

    def work(seed: int) -> bool:
        is_right = True
        for i in range(500):
            key = (seed * 7 + i) % 11
            lru.put(key, key)
            with suppress(KeyError):
                is_right &= lru.get(key, evict=i % 3 == 0) == key
        return is_right

    with ThreadPoolExecutor(8) as executor:
        assert all(executor.map(work, range(8)))
    assert len(lru.cache) <= 5


@given(
    st.lists(st.tuples(st.sampled_from(["get", "evict", "put"]), st.integers(0, 5)), max_size=40),
    st.integers(1, 4),
)
def test_a_bounded_cache_does_what_a_list_does(
    operations: list[tuple[str, int]], maxsize: int
) -> None:
    """L2, L3: a model of keys in the order of their use."""
    lru: LRUCache[int, int] = LRUCache(maxsize)
    model: list[int] = []
    for operation, key in operations:
        if operation == "put":
            evicted = None
            if key in model:
                model.remove(key)
            elif len(model) == maxsize:
                evicted = model.pop(0)
            model.append(key)
            assert lru.put(key, key) == (evicted, evicted)
        elif key in model:
            assert lru.get(key, evict=operation == "evict") == key
            model.remove(key)
            if operation == "get":
                model.append(key)
        else:
            with pytest.raises(KeyError):
                lru.get(key, evict=operation == "evict")
    assert list(lru.cache) == model
