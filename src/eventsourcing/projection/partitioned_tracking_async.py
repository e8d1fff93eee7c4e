"""The positions of a projection that is split into partitions: asked for as if it were not."""

from __future__ import annotations

from eventsourcing._concurrency.listeners import Settable
from eventsourcing.persistence import BatchTracking, IntegrityError, ProgrammingError, Tracking
from eventsourcing.persistence.closed_tracking import close_position, is_closed, read_position
from eventsourcing.persistence.recorders_async import AsyncTrackingRecorder
from eventsourcing.projection.partitions import History, Layout, check_number, record_name


class AsyncPartitionedTracking(AsyncTrackingRecorder):
    """Says how far all partitions have come; for those who wait for a projection that has some.

    `max_tracking_id()`, `has_tracking_id()` and `wait()` are about the partition that is furthest
    behind. Where there are no partitions, they say what the recorder, the view, says.
    """

    def __init__(self, recorder: AsyncTrackingRecorder) -> None:
        self._recorder = recorder

    async def max_tracking_id(self, application_name: str) -> int | None:
        """Return the ID up to which all partitions have processed the application's events."""
        layout = await self._find_layout(application_name)
        positions = [read_position(tracked) for tracked in await self._read(layout)]
        return min(positions) or None

    async def number_of_partitions(self, application_name: str) -> int | None:
        """Return into how many partitions the view is split, `None` if it is not."""
        layout = await self._find_layout(application_name)
        return layout.number if layout.generation else None

    async def change_number(self, application_name: str, number: int) -> None:
        """Have the view split into that many partitions from now on, each event counting once.

        Also for a view that has not been split so far; it cannot be unsplit, but there may be one
        partition. Runners with another number of partitions, or without, process nothing any more.
        When this is interrupted, it may be done again, and until then nothing is processed. Raises
        `ProgrammingError` if there are dead letters: they have to be dealt with before.
        """
        check_number(number)
        await self._check_mode(application_name)
        layout = await self._find_layout(application_name)
        while layout.number != number or not layout.generation or await self._is_closing(layout):
            await self._check_dead_letters(layout)
            await self._close(layout)
            await self._check_dead_letters(layout)  # from here on there can be no new ones
            await self._create(Layout(application_name, layout.generation + 1, number))
            layout = await self._find_layout(application_name)

    async def open_layout(self, application_name: str, number: int) -> tuple[Layout, History]:
        """Return the layout with that many partitions, which is made if nothing was processed yet.

        Raises `ProgrammingError` if there is another one, or if it is just being changed.
        """
        check_number(number)
        layout = await self._find_layout(application_name)
        if not layout.generation:
            (tracked,) = await self._read(layout)
            if tracked is not None and not is_closed(tracked):
                raise ProgrammingError(
                    f"The projection has processed events of '{application_name}' without "
                    f"partitions, up to {tracked}: {_advice(application_name, number)}"
                )
            await self.change_number(application_name, number)
            layout = await self._find_layout(application_name)
        if layout.number != number:
            raise ProgrammingError(
                f"The projection is split into {layout.number} partitions for "
                f"'{application_name}', not {number}: use that number, or "
                f"{_advice(application_name, number)}"
            )
        if await self._is_closing(layout):
            raise ProgrammingError(
                f"The number of partitions for '{application_name}' is being changed: "
                f"{_advice(application_name, number)}"
            )
        history = await self._read_history(layout)
        if history.start:
            for name in layout.names():
                await self._track_first(name, history.start)
        return layout, history

    def listen_for_tracking(self, listener: Settable) -> None:
        """Have the event set as the recorder sets it."""
        self._recorder.listen_for_tracking(listener)

    def unlisten_for_tracking(self, listener: Settable) -> None:
        """Leave the event alone from now on."""
        self._recorder.unlisten_for_tracking(listener)

    def tell_tracking_listeners(self) -> None:
        """Have those who wait look whether they still have to."""
        self._recorder.tell_tracking_listeners()

    async def _find_layout(self, application_name: str) -> Layout:
        layout = Layout(application_name, 0, 1)
        while True:
            generation = layout.generation + 1
            number = await self._recorder.max_tracking_id(record_name(application_name, generation))
            if number is None:
                return layout
            layout = Layout(application_name, generation, number)

    async def _read(self, layout: Layout) -> list[int | None]:
        return [await self._recorder.max_tracking_id(name) for name in layout.names()]

    async def _is_closing(self, layout: Layout) -> bool:
        return any(map(is_closed, await self._read(layout)))

    async def _check_dead_letters(self, layout: Layout) -> None:
        """Raise `ProgrammingError` where later events of an aggregate wait for earlier ones."""
        for name in layout.names():
            try:
                number = await self._recorder.count_dead_letters(name)
            except NotImplementedError:
                return
            if number:
                raise ProgrammingError(
                    f"There are {number} dead letters of '{name}': retry or drop them before the "
                    "number of partitions is changed, so that no event overtakes them"
                )

    async def _close(self, layout: Layout) -> None:
        """Let nothing be tracked any more in this layout, and keep its positions.

        A batch from the next position on is refused if another worker has come further meanwhile.
        """
        for name in layout.names():
            while not is_closed(tracked := await self._recorder.max_tracking_id(name)):
                await self._try_insert(
                    BatchTracking(name, close_position(tracked), read_position(tracked) + 1)
                )

    async def _create(self, layout: Layout) -> None:
        """Make the layout the current one, unless there is one of this generation already."""
        name = record_name(layout.application_name, layout.generation)
        await self._track_first(name, layout.number)

    async def _check_mode(self, application_name: str) -> None:
        """Raise `ProgrammingError` where lower numbers may be tracked after greater ones."""
        name = record_name(application_name, 0)
        await self._track_first(name, 1)
        if await self._try_insert(Tracking(name, 0)):
            raise ProgrammingError(
                "Partitions need tracking with one row for each name: SINGLE_ROW_TRACKING=yes"
            )

    async def _read_history(self, layout: Layout) -> History:
        positions: list[list[int]] = []
        for generation in range(layout.generation):
            name = layout.application_name
            number = (
                await self._recorder.max_tracking_id(record_name(name, generation))
                if generation
                else 1
            )
            earlier = Layout(name, generation, number or 1)
            positions.append([read_position(tracked) for tracked in await self._read(earlier)])
        return History(positions)

    async def _track_first(self, name: str, number: int) -> None:
        """Track the number unless anything has been tracked under this name."""
        await self._try_insert(BatchTracking(name, number, 1))

    async def _try_insert(self, tracking: Tracking) -> bool:
        try:
            await self._recorder.insert_tracking(tracking)
        except IntegrityError:
            return False
        return True


def _advice(application_name: str, number: int) -> str:
    return (
        "to change it, call change_number("
        f"'{application_name}', {number}) of AsyncPartitionedTracking, made with the view or the "
        "projection's recorder, once"
    )
