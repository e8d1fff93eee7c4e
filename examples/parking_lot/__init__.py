"""A parking lot: an immutable aggregate, and events made of msgspec structs."""
