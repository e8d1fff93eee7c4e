"""The engines that the models are compared with."""

from tests.conformance.model.engines import engine

__all__ = ["engine"]
