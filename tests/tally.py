"""What became of the requests of the test that runs: figures for the table of faults, `benchmarks/faults.py`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

REQUESTS: list[Request] = []
"""The requests since the test began, in the order they ended."""


@dataclass(slots=True, kw_only=True)
class Request:
    """A request with its times and the status of its answer; 0 where none came."""

    is_write: bool = False
    began: float = field(default_factory=time.monotonic)
    ended: float = 0.0
    status: int = 0
    is_over_limit: bool = False

    def end(self, status: int, body: bytes) -> None:
        """Note the answer."""
        self.status = status
        self.is_over_limit = status == 507 or (status == 503 and b"took longer" in body)

    @property
    def outcome(self) -> str:
        """The column of the table that it counts in: a limit that a request exceeds is a refusal, and no fault."""
        if not self.status:
            return "unanswered"
        if self.status < 400:
            return "answered"
        if self.status < 500 or self.is_over_limit:
            return "refused"
        return "unavailable" if self.status == 503 else "failed"


@contextmanager
def request(*, is_write: bool = False) -> Iterator[Request]:
    """A request that ends with the block."""
    one = Request(is_write=is_write)
    try:
        yield one
    finally:
        one.ended = time.monotonic()
        REQUESTS.append(one)


def figures() -> dict[str, float]:
    """How many requests had which outcome, the updates acknowledged, and the longest silence in seconds."""
    names = ("answered", "refused", "unavailable", "failed", "unanswered")
    counts: dict[str, float] = {name: sum(each.outcome == name for each in REQUESTS) for name in names}
    acknowledged = sum(each.is_write and each.outcome == "answered" for each in REQUESTS)
    return {"requests": len(REQUESTS), **counts, "acknowledged": acknowledged, "silence": round(_silence(), 2)}


def _silence() -> float:
    """The longest time between two answers with a request in between that got none, or that there was no server for."""
    longest, last, since = 0.0, 0.0, None
    for each in REQUESTS:
        if each.outcome in ("unanswered", "unavailable", "failed"):
            since = since or max(last, each.began)
            longest = max(longest, each.ended - since)
        else:
            longest = max(longest, each.ended - since) if since else longest
            last, since = each.ended, None
    return longest
