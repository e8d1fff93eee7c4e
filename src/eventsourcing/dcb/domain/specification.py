"""What the decorated methods of a perspective mean: one value for each class, made by `reading`."""

# Without `from __future__ import annotations`, so that everybody can evaluate the annotations.

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eventsourcing.dcb.domain.decisions import Decision, InitialDecision
from eventsourcing.dcb.domain.projections import Projection


@dataclass(frozen=True, slots=True)
class PerspectiveSpec:
    """What a class of perspectives declares; kept on the class as `__es_spec__`.

    `projections` are those of the class and its bases, by class of decisions. The types are in
    order of definition, those of bases first, and include the decision given on `__init__`.
    """

    perspective_class: type[Any]
    projections: Mapping[type[Any], Projection]
    projected_types: tuple[type[Decision], ...]

    def __repr__(self) -> str:
        return "\n".join(self._describe())

    def _describe(self) -> Iterator[str]:
        cls = self.perspective_class
        yield f"{type(self).__name__} of {cls.__module__}:{cls.__qualname__}"
        for projection in self.projections.values():
            yield f"  {'command' if projection.is_command else 'projection'}: {projection}"


@dataclass(frozen=True, slots=True, repr=False)
class EnduringObjectSpec(PerspectiveSpec):
    """What a class of enduring objects declares, with the decision that constructs them."""

    initial_decision_class: type[InitialDecision] | None

    def construct(self, decision: InitialDecision) -> Any:
        """Return the enduring object that an initial decision constructs."""
        cls: Any = self.perspective_class
        id_name = decision.id_attr_name(cls)
        attributes = decision.as_dict()
        attributes.pop("originator_topic", None)
        try:
            enduring_object_id = attributes.pop(id_name)
        except KeyError:
            msg = (
                f"{type(decision).__qualname__} has no attribute {id_name!r}, which has the ID of "
                f"{cls.__qualname__}: add the field, or override id_attr_name()"
            )
            raise TypeError(msg) from None
        enduring_object = cls.__new__(cls)
        if cls.__init__ is not object.__init__:
            try:
                enduring_object.__init__(**attributes)
            except TypeError as e:
                msg = (
                    f"{type(decision).__qualname__} cannot __init__ {cls.__qualname__} "
                    f"with kwargs {attributes}: {e}"
                )
                raise TypeError(msg) from e
        enduring_object.id = enduring_object_id
        return enduring_object

    def _describe(self) -> Iterator[str]:
        lines = super(EnduringObjectSpec, self)._describe()
        yield next(lines)
        initial = self.initial_decision_class
        yield f"  initial decision: {initial.__qualname__ if initial else 'none'}"
        yield from lines
