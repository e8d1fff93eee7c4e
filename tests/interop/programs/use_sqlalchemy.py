"""What the SQLAlchemy package adds to applications: sessions and transactions; prints JSON."""

import json
import sys
from uuid import UUID

from sqlalchemy import create_engine, text
from sqlalchemy.orm import scoped_session, sessionmaker

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import Aggregate
from eventsourcing.utils import get_topic

URL = sys.argv[1]
ENV = {"PERSISTENCE_MODULE": "eventsourcing_sqlalchemy", "SQLALCHEMY_URL": URL}
told = {}

application = Application(ENV)
with application.recorder.transaction() as session:
    application.save(Aggregate())
    told["in the transaction"] = len(application.notification_log.select(1, 10))
    session.execute(text("CREATE TABLE mine (n int)"))
    session.execute(text("INSERT INTO mine VALUES (1)"))
told["committed"] = len(application.notification_log.select(1, 10))

try:
    with application.recorder.transaction() as session:
        application.save(Aggregate())
        session.execute(text("INSERT INTO mine VALUES (2)"))
        raise KeyError("mine")
except KeyError:
    told["rolled back"] = len(application.notification_log.select(1, 10))
with application.recorder.transaction() as session:
    told["mine"] = session.execute(text("SELECT count(*) FROM mine")).scalar()

with application.recorder.transaction() as session:
    recordings = application.save(Aggregate(), session=session)
told["session given"] = recordings[0].notification.originator_id in application.repository

scoped = scoped_session(sessionmaker(bind=create_engine(URL)))


class Adapter:
    def __getattribute__(self, name):
        return getattr(scoped, name)


in_requests = Application({**ENV, "SQLALCHEMY_SCOPED_SESSION_TOPIC": get_topic(Adapter)})
kept, dropped = Aggregate(), Aggregate()
in_requests.save(kept)
scoped.commit()
scoped.remove()
in_requests.save(dropped)
scoped.remove()
told["kept"] = in_requests.repository.get(kept.id).id == kept.id
try:
    in_requests.repository.get(dropped.id)
except AggregateNotFoundError:
    told["dropped"] = True
told["unknown"] = UUID(int=5) in in_requests.repository
scoped.remove()
json.dump(told, sys.stdout)
