"""What people do with the events that a projection has put aside: list, retry and drop them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from eventsourcing._concurrency.signals_async import Interruption
from eventsourcing.application import AsyncApplication
from eventsourcing.persistence import DeadLetter, IntegrityError, RetriedTracking
from eventsourcing.persistence.recorders_async import AsyncTrackingRecorder
from eventsourcing.projection.checks import check_whole_number
from eventsourcing.projection.conflicts_async import AsyncRetryingConflicts, has_dead_letter
from eventsourcing.projection.error_handling_async import find_lock, name_of
from eventsourcing.projection.error_policy import NOT_THE_EVENTS_FAULT
from eventsourcing.projection.error_texts import describe_error
from eventsourcing.projection.event_sourced_async import AsyncEventSourcedProjection
from eventsourcing.projection.processors_async import AsyncOneByOne, AsyncProcessor
from eventsourcing.projection.retry_result import RetryResult, Tally
from eventsourcing.projection.upstream_async import AsyncUpstreamEvents, find_upstream

if TYPE_CHECKING:
    from eventsourcing.dcb.application import AsyncDCBApplication

logger: logging.Logger = logging.getLogger(__name__)

_PAGE = 100


class AsyncDeadLetterQueue:
    """The dead letters of a projection that follows an application.

    `projection` is a projection of either kind, or, as long as nothing is to be retried, just its
    view. `tracking_name` is the name under which positions are tracked, where that is not the
    name of the application: each partition of a projection has its own. Runners may be at work
    meanwhile, here or in other processes.

    The events of aggregates are in order per aggregate, and are selected with `originator_id`. The
    decisions of DCB applications are in order per tag, and are selected with `tag`.
    """

    def __init__(
        self,
        projection: Any,
        application: AsyncApplication[Any] | AsyncDCBApplication | AsyncUpstreamEvents,
        *,
        tracking_name: str | None = None,
    ) -> None:
        self._projection = projection
        if not isinstance(application, AsyncUpstreamEvents):
            application = find_upstream(application)
        self._upstream = application
        self._recorder = find_recorder(projection)
        self._processor: AsyncProcessor = AsyncOneByOne(projection)
        if isinstance(projection, AsyncEventSourcedProjection):
            self._processor = AsyncRetryingConflicts(
                self._processor, self._recorder, Interruption()
            )
        self._name = application.name if tracking_name is None else tracking_name

    async def list(
        self,
        limit: int = 100,
        originator_id: UUID | str | None = None,
        *,
        tag: str | None = None,
        gt: int | None = None,
    ) -> Sequence[DeadLetter]:
        """Return the first dead letters, of one aggregate or of all, in order of notification IDs.

        Those with IDs greater than `gt`, and with the tag if one is given; at most `limit`.
        """
        self._check_selection(originator_id, tag)
        check_whole_number("limit", limit)
        if tag is not None:
            return await self._list_tagged(tag, limit, gt)
        return await self._recorder.select_dead_letters(
            self._name, limit, gt=gt, originator_id=originator_id
        )

    async def count(self) -> int:
        """Return how many dead letters there are."""
        return await self._recorder.count_dead_letters(self._name)

    async def retry(
        self,
        originator_id: UUID | str | None = None,
        *,
        tag: str | None = None,
        limit: int | None = None,
    ) -> RetryResult:
        """Process dead letters, of one aggregate or of all, in order; at most `limit`.

        Each takes effect once, whoever else retries it. When one fails, its error and its number of
        attempts are stored, and the later ones of its aggregate are left. One attempt is made with
        each, whatever `on_error` says. Errors of the database are raised. An event-sourced
        projection whose aggregate was changed by somebody else meanwhile, such as by a runner,
        decides again, as partitions do; that is no further attempt.

        A decision is left if an earlier one that shares any of its tags is left: also if that has
        not the tag that is given.
        """
        self._check_can_process()
        self._check_selection(originator_id, tag)
        if limit is not None:
            check_whole_number("limit", limit)
        tally = Tally(limit)
        if self._upstream.kind.has_tags:
            await self._retry_decisions(tag, tally)
            return tally.result()
        if originator_id is not None:
            await self._retry_aggregate(originator_id, tally)
            return tally.result()
        last_id = None
        while not tally.is_over():
            blocked = await self._recorder.select_blocked(self._name, _PAGE, gt=last_id)
            if not blocked:
                break
            for each, last_id in blocked.items():  # noqa: B007 (used by the next turn)
                # An aggregate comes again when its first letters were processed, and one failed.
                if not tally.is_over() and each not in tally.failed_ids:
                    await self._retry_aggregate(each, tally)
        return tally.result()

    async def drop(
        self,
        notification_id: int | None = None,
        *,
        originator_id: UUID | str | None = None,
        tag: str | None = None,
    ) -> int:
        """Give up one dead letter, or all of an aggregate or with a tag; return how many.

        They are never processed. What follows is, so it should be able to do without.
        """
        if [notification_id, originator_id, tag].count(None) != 2:
            raise ValueError("drop() needs either a notification ID, or an originator ID, or a tag")
        self._check_selection(originator_id, tag)
        if tag is not None:
            return await self._drop_tagged(tag)
        if originator_id is not None:
            return await self._recorder.drop_dead_letters(self._name, originator_id)
        if not isinstance(notification_id, int):
            raise TypeError(
                f"notification_id is {notification_id!r}: expected a number; to drop all of an "
                "aggregate, give originator_id"
            )
        return int(await self._recorder.drop_dead_letter(self._name, notification_id))

    def _check_can_process(self) -> None:
        if self._recorder is self._projection:
            raise TypeError(
                f"{type(self._projection).__qualname__} has no process_event(): make the "
                "DeadLetterQueue with a projection if dead letters are to be retried"
            )

    def _check_selection(self, originator_id: Any, tag: Any) -> None:
        """Raise `TypeError` for what selects no dead letters of this application."""
        if not isinstance(originator_id, UUID | str | None):
            raise TypeError(f"originator_id is {originator_id!r}: expected a UUID or text")
        if not isinstance(tag, str | None):
            raise TypeError(f"tag is {tag!r}: expected text")
        has_tags = self._upstream.kind.has_tags
        if originator_id is not None and has_tags:
            raise TypeError(f"The events of '{self._upstream.name}' have tags: give tag instead")
        if tag is not None and not has_tags:
            raise TypeError(
                f"The events of '{self._upstream.name}' have no tags: give originator_id instead"
            )

    async def _retry_aggregate(self, originator_id: UUID | str, tally: Tally) -> None:
        processed_id = None
        while not tally.is_over():
            letters = await self.list(1, originator_id)
            if not letters:
                return
            (letter,) = letters
            if letter.notification_id == processed_id:
                await self._take_back(letter)
                continue
            if not await self._retry(letter, tally):
                return
            processed_id = letter.notification_id

    async def _retry_decisions(self, tag: str | None, tally: Tally) -> None:
        """Go through all in order, because of those that others have to wait for."""
        left: set[str] = set()
        last_id = None
        while letters := await self.list(_PAGE, gt=last_id):
            for letter in letters:
                if tally.is_over():
                    return
                is_wanted = tag is None or tag in letter.tags
                if is_wanted and left.isdisjoint(letter.tags) and await self._retry(letter, tally):
                    if await has_dead_letter(self._recorder, letter):
                        await self._take_back(letter)
                else:
                    left.update(letter.tags)
            last_id = letters[-1].notification_id

    async def _list_tagged(self, tag: str, limit: int, gt: int | None) -> Sequence[DeadLetter]:
        found: list[DeadLetter] = []
        while len(found) < limit and (letters := await self.list(_PAGE, gt=gt)):
            found += [letter for letter in letters if tag in letter.tags]
            gt = letters[-1].notification_id
        return found[: max(limit, 0)]

    async def _drop_tagged(self, tag: str) -> int:
        """Drop them one by one, also those that a runner was just putting aside because of them."""
        num_dropped = 0
        last_id = None
        while letters := await self._list_tagged(tag, _PAGE, last_id):
            for letter in letters:
                last_id = letter.notification_id
                num_dropped += await self._recorder.drop_dead_letter(self._name, last_id)
        return num_dropped

    async def _retry(self, letter: DeadLetter, tally: Tally) -> bool:
        """Make one attempt; return false if it has failed."""
        tally.num_attempts += 1
        error = await self._try(letter)
        if error is None:
            tally.num_processed += 1
        elif await has_dead_letter(self._recorder, letter):
            tally.add_failure(await self._update(letter, error))
            return False
        else:
            logger.info(
                "%s: notification %d is no dead letter any more, after %r",
                name_of(self._projection),
                letter.notification_id,
                error,
            )
        return True

    async def _take_back(self, letter: DeadLetter) -> None:
        """Remove one that was processed without being tracked, as the projection decided."""
        with suppress(IntegrityError):
            await self._recorder.insert_tracking(_retried(letter))

    async def _try(self, letter: DeadLetter) -> Exception | None:
        """Process the event; return the error if it failed, because of the event."""
        try:
            domain_event = await self._upstream.read_event(letter.notification_id)
            async with find_lock(self._projection):
                await self._processor.process([(domain_event, _retried(letter))])
        except NOT_THE_EVENTS_FAULT:
            raise
        except Exception as error:
            return error
        return None

    async def _update(self, letter: DeadLetter, error: Exception) -> DeadLetter:
        text, traceback = describe_error(error)
        failed = replace(
            letter, error=text, traceback=traceback, attempts=letter.attempts + 1, follows=None
        )
        await self._recorder.update_dead_letter(failed)
        logger.warning(
            "%s: notification %d from '%s' was retried and failed again",
            name_of(self._projection),
            letter.notification_id,
            letter.application_name,
            exc_info=error,
        )
        return failed


def find_recorder(projection: Any) -> AsyncTrackingRecorder:
    """Return where the positions of the projection are: its view, or its recorder."""
    for each in (projection, getattr(projection, "view", None), getattr(projection, "recorder", 0)):
        if isinstance(each, AsyncTrackingRecorder):
            return each
    raise TypeError(f"{projection!r} is neither a projection nor the view of one")


def _retried(letter: DeadLetter) -> RetriedTracking:
    return RetriedTracking(letter.application_name, letter.notification_id)
