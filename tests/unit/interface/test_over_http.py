"""The JSON interface over HTTP, with many clients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from eventsourcing.interface import NotificationLogJSONClient
from tests.unit.interface.test_notification_log_sync import (
    Accounts,
    AccountsInterface,
    AccountsService,
)


class Handler(BaseHTTPRequestHandler):
    service: AccountsService

    def do_POST(self) -> None:
        self._respond(self.service.open_account())

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        section_id = url.path.removeprefix("/notifications").removeprefix("/")
        if section_id:
            self._respond(self.service.get_log_section(section_id))
            return
        query = parse_qs(url.query)
        text = self.service.get_notifications(
            start=int(query["start"][0]),
            limit=int(query["limit"][0]),
            topics=query.get("topic", []),
            inclusive_of_start=query["inclusive_of_start"] == ["1"],
        )
        self._respond(text)

    def _respond(self, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class HTTPClient(AccountsInterface):
    def __init__(self, port: int) -> None:
        self.port = port

    def open_account(self) -> str:
        return self._request("POST", "/accounts")

    def get_log_section(self, section_id: str) -> str:
        return self._request("GET", f"/notifications/{section_id}")

    def get_notifications(
        self,
        start: int | None,
        limit: int,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> str:
        topic = "".join(f"&topic={topic}" for topic in topics)
        query = f"start={start}&limit={limit}&inclusive_of_start={int(inclusive_of_start)}{topic}"
        return self._request("GET", f"/notifications?{query}")

    def _request(self, method: str, path: str) -> str:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()


@pytest.fixture
def client() -> Iterator[HTTPClient]:
    """A client of a server in this process."""
    handler = type("AccountsHandler", (Handler,), {"service": AccountsService(Accounts())})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield HTTPClient(server.server_address[1])
        server.shutdown()
        thread.join()


def test_two_clients_open_sixty_accounts(client: HTTPClient) -> None:
    """I8: six full sections and one that is empty, over HTTP."""
    with ThreadPoolExecutor(2) as executor:
        futures = [executor.submit(client.open_account) for _ in range(60)]
        account_ids = {UUID(future.result()) for future in futures}
    log = NotificationLogJSONClient(client)
    seen = []
    for first in range(1, 61, 10):
        section = log[f"{first},{first + 9}"]
        assert section.id == f"{first},{first + 9}"
        seen += [n.originator_id for n in section.items]
    assert (len(seen), set(seen)) == (60, account_ids)
    assert log["61,70"].items == []
    assert [n.id for n in log.select(start=59, limit=10)] == [59, 60]
    assert [n.id for n in log.select(start=59, limit=10, inclusive_of_start=False)] == [60]
