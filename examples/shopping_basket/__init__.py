"""A shopping basket: an immutable aggregate, and events, made of pydantic models."""
