"""The command line: `python -m examples.dog_school [--postgres]`, or `make demo [POSTGRES=1]`."""

from __future__ import annotations

import argparse
import sys

from eventsourcing.errors import EventSourcingError
from examples.dog_school.stores import PostgresStore, SQLiteStore
from examples.dog_school.story import tell


def main(arguments: list[str] | None = None) -> int:
    """Run the demo; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m examples.dog_school")
    parser.add_argument("--postgres", action="store_true", help="use a PostgreSQL server")
    try:
        if parser.parse_args(arguments).postgres:
            with PostgresStore.running() as store:
                tell(store, print)
        else:
            tell(SQLiteStore(), print)
    except (EventSourcingError, OSError, RuntimeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
