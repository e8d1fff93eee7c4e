"""The time zone and the clock of all timestamps."""

import os
import warnings
from datetime import datetime, tzinfo

# The facade, not a name from it: users assign `eventsourcing.domain.TZINFO`.
import eventsourcing.domain as facade
from eventsourcing.utils import resolve_topic

TZINFO: tzinfo = resolve_topic(os.environ.get("TZINFO_TOPIC", "datetime:timezone.utc"))


def datetime_now_with_tzinfo() -> datetime:
    """Return the current time in `eventsourcing.domain.TZINFO`."""
    return datetime.now(facade.TZINFO)


def create_utc_datetime_now() -> datetime:
    """Return the current time; deprecated, use `datetime_now_with_tzinfo()`."""
    warnings.warn(
        "'create_utc_datetime_now()' is deprecated, use 'datetime_now_with_tzinfo()' instead",
        DeprecationWarning,
        stacklevel=2,
    )
    return datetime_now_with_tzinfo()


class CanCreateTimestamp:
    """Gives event classes their clock, which subclasses may override."""

    __module__ = "eventsourcing.domain"
    __slots__ = ()

    @staticmethod
    def create_timestamp() -> datetime:
        """Return the timestamp of a new event."""
        return datetime_now_with_tzinfo()
