"""A state machine that saves and gets aggregates, and knows what each must be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from eventsourcing.application import AggregateNotFoundError
from eventsourcing.persistence import Capabilities, IntegrityError
from tests.conformance.model.application_flavours import (
    SNAPSHOT_INTERVAL,
    Account,
    ApplicationFlavour,
)

KEY = "AAECAwQFBgcICQoLDA0ODw=="

settings_dicts = st.fixed_dictionaries(
    {},
    optional={
        "AGGREGATE_CACHE_MAXSIZE": st.sampled_from(["", "0", "1", "10"]),
        "AGGREGATE_CACHE_FASTFORWARD": st.sampled_from(["y", "n"]),
        "DEEPCOPY_FROM_AGGREGATE_CACHE": st.just("y"),
        "COMPRESSOR_TOPIC": st.sampled_from(["zlib", "eventsourcing.compressor:ZlibCompressor"]),
        "CIPHER_KEY": st.just(KEY),
    },
)
indexes = st.integers(0, 2)
amounts_lists = st.lists(st.integers(-9, 9), min_size=1, max_size=4)


class ApplicationMachine(RuleBasedStateMachine):
    """The model: the entries of each account, and the order in which events were saved."""

    def __init__(
        self,
        flavour: ApplicationFlavour,
        capabilities: Capabilities,
        fresh_environ: Callable[[], AbstractContextManager[Mapping[str, str]]],
    ) -> None:
        super().__init__()
        self.flavour = flavour
        self.capabilities = capabilities
        self.context = fresh_environ()
        self.environ = dict(self.context.__enter__())
        self.is_open = False
        self.entries: dict[UUID, list[int]] = {}
        self.log: list[tuple[UUID, int]] = []
        self.snapshots: set[tuple[UUID, int]] = set()

    @initialize(settings=settings_dicts)
    def configure(self, settings: dict[str, str]) -> None:
        self.environ.update(settings)
        self.open()

    def open(self) -> None:
        self.flavour.open(self.environ)
        self.is_open = True

    def teardown(self) -> None:
        if self.is_open:
            self.flavour.close()
        self.context.__exit__(None, None, None)

    def pick(self, index: int) -> UUID:
        return list(self.entries)[index % len(self.entries)]

    def get(self, account_id: UUID, **kwargs: Any) -> Account:
        account: Account = self.flavour.call("repository.get", account_id, **kwargs)
        return account

    def note(self, account_id: UUID, amounts: list[int]) -> None:
        entries = self.entries.setdefault(account_id, [])
        entries += amounts
        version = len(entries) + 1
        self.log += [(account_id, each) for each in range(version - len(amounts) + 1, version + 1)]

    @precondition(lambda self: len(self.entries) < 3)
    @rule(amounts=st.lists(st.integers(-9, 9), max_size=2))
    def create(self, amounts: list[int]) -> None:
        account = Account()
        for amount in amounts:
            account.enter(amount)
        recordings = self.flavour.call("save", account)
        assert len(recordings) == 1 + len(amounts)
        self.log.append((account.id, 1))
        self.note(account.id, amounts)

    @precondition(lambda self: self.entries)
    @rule(index=indexes, amounts=amounts_lists)
    def change(self, index: int, amounts: list[int]) -> None:
        account = self.get(self.pick(index))
        for amount in amounts:
            account.enter(amount)
        recordings = self.flavour.call("save", account)
        assert [each.domain_event.amount for each in recordings] == amounts
        self.note(account.id, amounts)

    @precondition(lambda self: self.entries)
    @rule(index=indexes, amount=st.integers())
    def change_without_saving(self, index: int, amount: int) -> None:
        """What is not saved is not seen by anyone else."""
        self.get(self.pick(index)).enter(amount)

    @precondition(lambda self: self.entries)
    @rule(index=indexes, first=amounts_lists, second=amounts_lists)
    def conflict(self, index: int, first: list[int], second: list[int]) -> None:
        """Of two changes of the same version, the later is refused, with all that comes with it."""
        one, other = self.get(self.pick(index)), self.get(self.pick(index))
        for amount in first:
            one.enter(amount)
        for amount in second:
            other.enter(amount)
        self.flavour.call("save", one)
        self.note(one.id, first)
        another = Account()
        with pytest.raises(IntegrityError):
            self.flavour.call("save", another, other)
        with pytest.raises(AggregateNotFoundError):
            self.get(another.id)

    @precondition(lambda self: self.entries)
    @rule(index=indexes, changes=st.lists(amounts_lists, min_size=2, max_size=3))
    def change_together(self, index: int, changes: list[list[int]]) -> None:
        """Of changes of the same version that are saved at once, exactly one is stored."""
        account_id = self.pick(index)
        accounts = [self.get(account_id) for _ in changes]
        for account, amounts in zip(accounts, changes, strict=True):
            for amount in amounts:
                account.enter(amount)
        outcomes = self.flavour.save_together(accounts)
        stored = [
            amounts
            for amounts, outcome in zip(changes, outcomes, strict=True)
            if not isinstance(outcome, Exception)
        ]
        refusals = [each for each in outcomes if isinstance(each, Exception)]
        assert [type(each) for each in refusals] == [IntegrityError] * (len(changes) - 1), refusals
        self.note(account_id, stored[0])

    @precondition(lambda self: self.entries)
    @rule(index=indexes)
    def look(self, index: int) -> None:
        account_id = self.pick(index)
        account = self.get(account_id)
        expected = self.entries[account_id]
        assert (account.entries, account.version) == (expected, len(expected) + 1)

    @precondition(lambda self: self.entries)
    @rule(index=indexes, version=st.integers(0, 20))
    def look_back(self, index: int, version: int) -> None:
        account_id = self.pick(index)
        version = 1 + version % (len(self.entries[account_id]) + 1)
        account = self.get(account_id, version=version)
        assert account.version == version
        assert account.entries == self.entries[account_id][: version - 1]

    @precondition(lambda self: self.entries)
    @rule(index=indexes, version=st.none() | st.integers(0, 20))
    def take_snapshot(self, index: int, version: int | None) -> None:
        account_id = self.pick(index)
        latest = len(self.entries[account_id]) + 1
        if version is not None:
            version = 1 + version % latest
        snapshot = (account_id, version or latest)
        is_taken = snapshot in self.snapshots or snapshot[1] % SNAPSHOT_INTERVAL == 0
        with pytest.raises(IntegrityError) if is_taken else nullcontext():
            self.flavour.call("take_snapshot", account_id, version=version)
        self.snapshots.add(snapshot)

    @rule()
    def look_for_nobody(self) -> None:
        with pytest.raises(AggregateNotFoundError):
            self.get(uuid4())

    @rule(limit=st.integers(1, 10))
    def read_the_log(self, limit: int) -> None:
        """Pages of the notification log give each event once, in the order of saving."""
        read: list[tuple[UUID, int]] = []
        start: int | None = None
        while page := self.flavour.call(
            "notification_log.select", start, limit, inclusive_of_start=False
        ):
            read += [(each.originator_id, each.originator_version) for each in page]
            start = page[-1].id
            assert len(read) <= len(self.log)
        assert read == self.log

    @precondition(lambda self: self.capabilities.durable)
    @rule()
    def restart(self) -> None:
        self.flavour.close()
        self.open()
