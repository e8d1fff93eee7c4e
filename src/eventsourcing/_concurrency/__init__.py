"""What differs between threads and asyncio: `primitives_sync` and `primitives_async`, same names.

Used by every module that does I/O; nothing else in the library imports `asyncio` or `threading`.
"""
