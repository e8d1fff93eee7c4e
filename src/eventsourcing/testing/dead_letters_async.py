"""What recorders that keep dead letters must do (capability `dead_letters`)."""

from __future__ import annotations

from uuid import uuid4

import pytest

from eventsourcing._concurrency.primitives_async import spawn
from eventsourcing.persistence import (
    AsyncProcessRecorder,
    BatchTracking,
    DeadLetter,
    IntegrityError,
    NotBlockedError,
    RetriedTracking,
    Tracking,
)
from eventsourcing.testing.checks import expect, expect_error
from eventsourcing.testing.dead_letter_base_async import KEPT, ONCE, ORDER, SECTION, make_letter
from eventsourcing.testing.dead_letters_of_decisions_async import AsyncDecisionDeadLetterSuite
from eventsourcing.testing.samples import HOSTILE_TEXTS, make_events

_NONE = f"{SECTION}: none were put aside"
_FOUND = f"{SECTION}: whether it was there is told"
_OTHERS = f"{SECTION}: others are left alone"
_POSITION = f"{SECTION}: putting an event aside moves the position"


class AsyncDeadLetterSuite(AsyncDecisionDeadLetterSuite):
    """What every tracking recorder that keeps dead letters must do."""

    # Keeping

    async def test_there_are_none_before_anything_is_prepared(self) -> None:
        """Section 'dead letters': one may ask, and drop, in vain."""
        recorder = await self.create_recorder()
        expect(list(await recorder.select_dead_letters("upstream", 10)), [], _NONE)
        expect(dict(await recorder.select_blocked("upstream", 10)), {}, _NONE)
        expect(await recorder.count_dead_letters("upstream"), 0, _NONE)
        expect(await recorder.drop_dead_letter("upstream", 1), False, _NONE)
        expect(await recorder.drop_dead_letters("upstream", uuid4()), 0, _NONE)
        expect(await recorder.update_dead_letter(make_letter(1)), False, _NONE)
        with expect_error(IntegrityError, ONCE):
            await recorder.insert_tracking(RetriedTracking("upstream", 1))

    async def test_preparing_may_be_repeated(self) -> None:
        """Section 'dead letters': by several at once, and it changes nothing that is there."""
        recorder = await self.create_prepared()
        letter = make_letter(1)
        await self.put_aside(recorder, letter)
        tasks = [spawn(recorder.prepare_dead_letters) for _ in range(4)]
        for task in tasks:
            await task.join()
            expect(task.error, None, f"{SECTION}: preparing may be repeated")
        expect(list(await recorder.select_dead_letters("upstream", 10)), [letter], KEPT)

    async def test_what_is_put_aside_is_kept(self) -> None:
        """Section 'dead letters': all its values, and the position is moved."""
        recorder = await self.create_prepared()
        letters = [
            make_letter(3, error="", traceback="", attempts=0),
            make_letter(2**40, originator_version=2**40, attempts=7),
            make_letter(2**41, originator_id="order-1"),
        ]
        await self.put_aside(recorder, *letters)
        expect(list(await recorder.select_dead_letters("upstream", 10)), letters, ORDER)
        expect(await recorder.max_tracking_id("upstream"), 2**41, _POSITION)
        expect(await recorder.count_dead_letters("upstream"), 3, KEPT)

    async def test_an_id_keeps_its_type(self) -> None:
        """Section 'dead letters': a UUID and a text that looks like it are different IDs."""
        recorder = await self.create_prepared()
        id_ = uuid4()
        letters = [
            make_letter(number, originator_id=each)
            for number, each in enumerate((id_, str(id_), id_.hex), start=1)
        ]
        await self.put_aside(recorder, *letters)
        for letter in letters:
            found = await recorder.select_dead_letters(
                "upstream", 10, originator_id=letter.originator_id
            )
            expect(list(found), [letter], f"{SECTION}: of the aggregate asked for")
        expect(
            dict(await recorder.select_blocked("upstream", 10)),
            {letter.originator_id: letter.notification_id for letter in letters},
            f"{SECTION}: IDs are told as they were given",
        )

    @pytest.mark.parametrize("text", [*HOSTILE_TEXTS, "t" * 100_000])
    async def test_any_text_is_stored(self, text: str) -> None:
        """Section 'dead letters': exactly, and never executed."""
        recorder = await self.create_prepared()
        letter = make_letter(1, application_name=text[:500], error=text, traceback=text, topic=text)
        await self.put_aside(recorder, letter)
        found = await recorder.select_dead_letters(text[:500], 10)
        expect(list(found), [letter], f"{SECTION}: texts are stored exactly")

    async def test_selecting(self) -> None:
        """Section 'dead letters': after an ID, of one aggregate, at most so many."""
        recorder = await self.create_prepared()
        one, other = uuid4(), uuid4()
        ids = [one, other, one, one, other]
        letters = [make_letter(n, originator_id=id_) for n, id_ in enumerate(ids, start=1)]
        await self.put_aside(recorder, *letters)
        await self.put_aside(recorder, make_letter(1, application_name="another"))
        for gt, originator_id, limit in (
            (None, None, 10),
            (None, None, 2),
            (None, None, 0),
            (2, None, 10),
            (5, None, 10),
            (None, one, 10),
            (1, one, 1),
            (None, uuid4(), 10),
        ):
            expected = [
                letter
                for letter in letters
                if (gt is None or letter.notification_id > gt)
                and originator_id in (None, letter.originator_id)
            ]
            found = await recorder.select_dead_letters(
                "upstream", limit, gt=gt, originator_id=originator_id
            )
            expect(list(found), expected[:limit], f"{ORDER}: {gt=}, {originator_id=}, {limit=}")

    async def test_selecting_blocked_aggregates(self) -> None:
        """Section 'dead letters': each with its first dead letter, in the order of these."""
        recorder = await self.create_prepared()
        ids = sorted((uuid4() for _ in range(3)), reverse=True)
        order = [ids[2], ids[0], ids[2], ids[1], ids[0]]
        letters = [make_letter(n, originator_id=id_) for n, id_ in enumerate(order, start=1)]
        await self.put_aside(recorder, *letters)
        await self.put_aside(recorder, make_letter(1, application_name="another"))
        everything = [(ids[2], 1), (ids[0], 2), (ids[1], 4)]
        for gt, limit, expected in (
            (None, 10, everything),
            (None, 2, everything[:2]),
            (1, 10, everything[1:]),
            (2, 1, everything[2:]),
            (4, 10, []),
        ):
            found = await recorder.select_blocked("upstream", limit, gt=gt)
            expect(list(found.items()), expected, f"{ORDER}: {gt=}, {limit=}")

    # Exactly once

    async def test_a_position_is_tracked_or_put_aside(self) -> None:
        """Section 'dead letters': one of them, and whoever comes second is refused."""
        recorder = await self.create_prepared()
        await recorder.insert_tracking(Tracking("upstream", 5))
        for notification_id in (4, 5):
            with expect_error(IntegrityError, ONCE):
                await recorder.insert_tracking(make_letter(notification_id))
        expect(await recorder.count_dead_letters("upstream"), 0, ONCE)
        await recorder.insert_tracking(make_letter(6))
        trackings = (Tracking("upstream", 6), BatchTracking("upstream", 7, 6), make_letter(6))
        for tracking in trackings:
            with expect_error(IntegrityError, ONCE):
                await recorder.insert_tracking(tracking)
        expect(await recorder.max_tracking_id("upstream"), 6, _POSITION)
        expect(await recorder.count_dead_letters("upstream"), 1, ONCE)

    async def test_retried_once(self) -> None:
        """Section 'dead letters': it is gone then, and the position stays."""
        recorder = await self.create_prepared()
        letters = [make_letter(number) for number in (1, 2, 3)]
        await self.put_aside(recorder, *letters)
        await recorder.insert_tracking(RetriedTracking("upstream", 2))
        found = list(await recorder.select_dead_letters("upstream", 10))
        expect(found, [letters[0], letters[2]], ONCE)
        for name, notification_id in (("upstream", 2), ("upstream", 4), ("another", 1)):
            with expect_error(IntegrityError, ONCE):
                await recorder.insert_tracking(RetriedTracking(name, notification_id))
        expect(await recorder.max_tracking_id("upstream"), 3, f"{SECTION}: the position stays")
        expect(await recorder.count_dead_letters("upstream"), 2, ONCE)

    async def test_one_of_several_retries_it(self) -> None:
        """Section 'dead letters': of concurrent retries of one event, exactly one succeeds."""
        recorder = await self.create_prepared()
        await self.put_aside(recorder, *(make_letter(number) for number in range(1, 11)))
        winners: list[int] = []

        async def retry() -> None:
            for notification_id in range(1, 11):
                try:
                    await recorder.insert_tracking(RetriedTracking("upstream", notification_id))
                except IntegrityError:
                    continue
                winners.append(notification_id)

        tasks = [spawn(retry) for _ in range(4)]
        for task in tasks:
            await task.join()
            expect(task.error, None, "B7: recorders are used by several threads or tasks")
        expect(sorted(winners), list(range(1, 11)), ONCE)

    # Following

    async def test_following_a_dead_letter(self) -> None:
        """Section 'dead letters': later events of the aggregate are put aside untried."""
        recorder = await self.create_prepared()
        first = make_letter(1)
        second = make_letter(2, originator_id=first.originator_id, attempts=0, follows=1)
        await self.put_aside(recorder, first, second)
        expect(list(await recorder.select_dead_letters("upstream", 10)), [first, second], ORDER)

    async def test_following_nothing(self) -> None:
        """Section 'dead letters': `NotBlockedError`, when others have retried or dropped it."""
        recorder = await self.create_prepared()
        first = make_letter(1)
        letters = [first, make_letter(2), make_letter(3, application_name="another")]
        await self.put_aside(recorder, *letters)
        await recorder.insert_tracking(RetriedTracking("upstream", 1))
        follower = make_letter(4, originator_id=first.originator_id, follows=1)
        with expect_error(NotBlockedError, f"{SECTION}: nothing is left to follow"):
            await recorder.insert_tracking(follower)
        expect(await recorder.max_tracking_id("upstream"), 2, f"{SECTION}: nothing was recorded")
        await recorder.insert_tracking(Tracking("upstream", 4))

    async def test_it_follows_whatever_is_left(self) -> None:
        """Section 'dead letters': the first one may be gone, as long as another one is there."""
        recorder = await self.create_prepared()
        id_ = uuid4()
        await self.put_aside(recorder, *(make_letter(n, originator_id=id_) for n in (1, 2)))
        await recorder.insert_tracking(RetriedTracking("upstream", 1))
        await recorder.insert_tracking(make_letter(3, originator_id=id_, follows=1))
        expect(
            await recorder.count_dead_letters("upstream"),
            2,
            f"{SECTION}: it is not the first one's turn",
        )

    async def test_retrying_while_others_follow(self) -> None:
        """Section 'dead letters': who finds none left misses none that is just being put aside."""
        recorder = await self.create_prepared()
        id_ = uuid4()
        letters = [make_letter(n, originator_id=id_) for n in range(1, 21)]

        async def put_aside() -> None:
            for letter in letters:
                blocked = await recorder.select_blocked("upstream", 1)
                follows = blocked.get(id_)
                values = {**vars(letter), "follows": follows}
                try:
                    await recorder.insert_tracking(DeadLetter(**values))
                except NotBlockedError:
                    await recorder.insert_tracking(letter)

        await self.expect_all_retried(recorder, put_aside)

    # Changing and dropping

    async def test_updating(self) -> None:
        """Section 'dead letters': what the last attempt has shown; the rest stays."""
        recorder = await self.create_prepared()
        first = make_letter(1)
        second = make_letter(2, originator_id=first.originator_id, attempts=0, follows=1)
        await self.put_aside(recorder, first, second)
        changed = make_letter(2, error="KeyError", traceback="…", attempts=1, topic="other:Class")
        expect(await recorder.update_dead_letter(changed), True, _FOUND)
        _, found = await recorder.select_dead_letters("upstream", 10)
        values = {"error": "KeyError", "traceback": "…", "attempts": 1, "follows": None}
        expect(found, DeadLetter(**{**vars(second), **values}), f"{SECTION}: updated")
        expect(await recorder.update_dead_letter(make_letter(3)), False, _FOUND)

    async def test_dropping_one(self) -> None:
        """Section 'dead letters': it was there, and it is not any more."""
        recorder = await self.create_prepared()
        letters = [make_letter(number) for number in (1, 2)]
        await self.put_aside(recorder, *letters)
        expect(await recorder.drop_dead_letter("another", 1), False, _OTHERS)
        expect(await recorder.drop_dead_letter("upstream", 1), True, _FOUND)
        expect(await recorder.drop_dead_letter("upstream", 1), False, _FOUND)
        expect(list(await recorder.select_dead_letters("upstream", 10)), letters[1:], _OTHERS)
        with expect_error(IntegrityError, ONCE):
            await recorder.insert_tracking(RetriedTracking("upstream", 1))

    async def test_dropping_all_of_an_aggregate(self) -> None:
        """Section 'dead letters': and of no other one."""
        recorder = await self.create_prepared()
        id_ = uuid4()
        letters = [
            make_letter(number, originator_id=each)
            for number, each in enumerate((id_, str(id_), id_, uuid4()), start=1)
        ]
        await self.put_aside(recorder, *letters)
        await self.put_aside(
            recorder, make_letter(1, originator_id=id_, application_name="another")
        )
        expect(await recorder.drop_dead_letters("upstream", id_), 2, _FOUND)
        expect(await recorder.drop_dead_letters("upstream", id_), 0, _FOUND)
        found = list(await recorder.select_dead_letters("upstream", 10))
        expect(found, [letters[1], letters[3]], _OTHERS)
        expect(await recorder.count_dead_letters("another"), 1, _OTHERS)

    async def test_they_survive_a_restart(self) -> None:
        """Section 'dead letters': on a durable engine."""
        if not self.capabilities.durable:
            return
        letter = make_letter(1)
        await self.put_aside(await self.create_prepared(), letter)
        await self.close_factories()
        recorder = await self.create_recorder()
        expect(list(await recorder.select_dead_letters("upstream", 10)), [letter], KEPT)
        await recorder.insert_tracking(RetriedTracking("upstream", 1))
        expect(await recorder.count_dead_letters("upstream"), 0, ONCE)


class AsyncProcessorDeadLetterSuite(AsyncDeadLetterSuite):
    """What process recorders must do: with the events that follow from a retried one."""

    async def create_recorder(self) -> AsyncProcessRecorder:
        """Return a new recorder on the database of this test (a hook)."""
        recorder: AsyncProcessRecorder = (await self.create_factory()).process_recorder()
        return recorder

    async def test_events_of_a_retried_one_are_stored_once(self) -> None:
        """Section 'dead letters': together with taking it back, or not at all."""
        recorder = await self.create_recorder()
        await recorder.prepare_dead_letters()
        await self.put_aside(recorder, make_letter(1))
        events = make_events(self.new_id(), [1, 2])
        ids = await recorder.insert_events(events, tracking=RetriedTracking("upstream", 1))
        expect(len(ids or ()), 2, "Y1: the notification IDs")
        expect(await recorder.count_dead_letters("upstream"), 0, ONCE)
        with expect_error(IntegrityError, ONCE):
            await recorder.insert_events(
                make_events(self.new_id(), [1]), tracking=RetriedTracking("upstream", 1)
            )
        expect(len(await recorder.select_notifications(None, 10)), 2, ONCE)

    async def test_a_conflict_of_events_leaves_the_dead_letter(self) -> None:
        """Section 'dead letters': nothing is stored, so it can be retried again."""
        recorder = await self.create_recorder()
        await recorder.prepare_dead_letters()
        await self.put_aside(recorder, make_letter(1))
        events = make_events(self.new_id(), [1])
        await recorder.insert_events(events)
        with expect_error(IntegrityError, "B1: the event is stored already"):
            await recorder.insert_events(events, tracking=RetriedTracking("upstream", 1))
        expect(await recorder.count_dead_letters("upstream"), 1, ONCE)
