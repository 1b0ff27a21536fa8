"""Clients that hang up: looked out for while a request takes its time, which is cancelled then."""

from __future__ import annotations

import asyncio

from granian.rsgi import HTTPProtocol


class Watch:
    """Looks out for a client that hangs up, from when its request turns out to be slow; then cancels the request."""

    def __init__(self, protocol: HTTPProtocol) -> None:
        self._protocol = protocol
        self._request = asyncio.current_task()
        self._task: asyncio.Task[None] | None = None
        self.saw_it = False

    def start(self) -> None:
        """Look out from now on."""
        if self._task is None:
            self._task = asyncio.ensure_future(self._look_out())

    def stop(self) -> None:
        """Look out no longer."""
        if self._task is not None:
            self._task.cancel()

    async def _look_out(self) -> None:
        await self._protocol.client_disconnect()
        self.saw_it = True
        if self._request is not None:
            self._request.cancel()
