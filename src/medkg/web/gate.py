"""Where threads that read a graph and one that changes it meet: many read at once, and nobody while it changes.

The engine's changes are many steps, and a page asks more than once; so that each page is of one state, a change waits
for the pages at work, and new ones wait for the change.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition


class Gate:
    """A lock that readers share; whoever wants to write goes before readers that come later."""

    def __init__(self) -> None:
        self._moved = Condition()
        self._readers = 0
        self._is_closed = False

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A context in which nobody writes."""
        with self._moved:
            while self._is_closed:
                self._moved.wait()
            self._readers += 1
        try:
            yield
        finally:
            with self._moved:
                self._readers -= 1
                if not self._readers:
                    self._moved.notify_all()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A context in which nobody else reads or writes."""
        with self._moved:
            while self._is_closed:
                self._moved.wait()
            self._is_closed = True
            while self._readers:
                self._moved.wait()
        try:
            yield
        finally:
            with self._moved:
                self._is_closed = False
                self._moved.notify_all()
