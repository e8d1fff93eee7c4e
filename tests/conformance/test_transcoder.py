"""The transcoder of the library: the conformance suite."""

from __future__ import annotations

from eventsourcing.persistence import JSONTranscoder, Transcoder
from eventsourcing.testing import JSONTranscoderSuite


class TestJSONTranscoder(JSONTranscoderSuite):
    def create_transcoder(self) -> Transcoder:
        return JSONTranscoder()
