"""J9, J30: the test cases that the package ships, on each engine, as extensions use them."""

from __future__ import annotations

import warnings

import pytest

from eventsourcing.persistence import InfrastructureFactory
from eventsourcing.tests import projection as shipped
from eventsourcing.tests.projection import EventCountersView
from eventsourcing.utils import Environment
from tests.integration.application.engines import ENGINES
from tests.integration.projection.counters import VIEW_CLASSES
from tests.integration.projection.dcb_engines import DCB_ENGINES, join_settings


class OnEngine:
    """Gives the test cases their settings; fixtures with parameters are not for such classes."""

    engine: str

    @pytest.fixture(autouse=True)
    def use_engine(self, request):
        self.env = ENGINES[self.engine](request)
        self.view_class = VIEW_CLASSES[self.env["PERSISTENCE_MODULE"]]
        self.factories = []
        yield
        for factory in self.factories:
            factory.close()


class ViewTest(OnEngine, shipped.EventCountersViewTestCase):
    """J9"""

    def construct_event_counters_view(self) -> EventCountersView:
        factory = InfrastructureFactory.construct(Environment("eventcounters", self.env))
        self.factories.append(factory)
        return factory.tracking_recorder(self.view_class)


class TestViewInMemory(ViewTest):
    engine = "popo"


class TestViewOnSQLite(ViewTest):
    engine = "sqlite"


class TestViewOnPostgres(ViewTest):
    engine = "postgres"


class TestProjectionInMemory(OnEngine, shipped.AggregateEventCountersProjectionTestCase):
    engine = "popo"


class TestProjectionOnSQLite(OnEngine, shipped.AggregateEventCountersProjectionTestCase):
    engine = "sqlite"


class TestProjectionOnPostgres(OnEngine, shipped.AggregateEventCountersProjectionTestCase):
    engine = "postgres"


class OfDecisions(OnEngine, shipped.TaggedDecisionCountersProjectionTestCase):
    """J18, J30: the engine of the view may be another one than that of the application."""

    dcb_engine: str

    @pytest.fixture(autouse=True)
    def use_dcb_engine(self, request, use_engine):
        settings = DCB_ENGINES[self.dcb_engine](request)
        self.env = join_settings("DCBApplication", settings, self.env)


class TestDecisionsInMemory(OfDecisions):
    engine = dcb_engine = "popo"


class TestDecisionsOnSQLite(OfDecisions):
    engine = dcb_engine = "sqlite"


class TestDecisionsOnPostgres(OfDecisions):
    engine = dcb_engine = "postgres"


class TestDecisionsInMemoryViewOnSQLite(OfDecisions):
    engine, dcb_engine = "sqlite", "popo"


class TestDecisionsInMemoryViewOnPostgres(OfDecisions):
    engine, dcb_engine = "postgres", "popo"


class TestEventSourcedInMemory(OnEngine, shipped.EventSourcedProjectionTestCase):
    engine = "popo"


class TestEventSourcedOnSQLite(OnEngine, shipped.EventSourcedProjectionTestCase):
    engine = "sqlite"


class TestEventSourcedOnPostgres(OnEngine, shipped.EventSourcedProjectionTestCase):
    engine = "postgres"


del ViewTest, OfDecisions  # they are no tests by themselves


def test_the_former_name_of_the_view_warns_when_it_is_used():
    """Section 1.3: `EventCountersInterface` is a deprecated alias."""
    with pytest.warns(DeprecationWarning, match="^Use EventCountersView instead$"):

        class Old(shipped.EventCountersInterface):
            pass

    assert issubclass(Old, EventCountersView)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert shipped.EventCountersInterface.__name__ == "EventCountersInterface"
