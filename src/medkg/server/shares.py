"""Room that all clients share: so much in all, and a part of it for each client and for each site of clients."""

from __future__ import annotations

from collections import Counter

from medkg.errors import Busy
from medkg.web.network import network, site


class Shares:
    """Room for what clients have under way, in bytes or in number; `each` is the part of one client.

    One site, which may give itself as many addresses as it likes, has twice the part of one client. A client that
    holds nothing is within its part, whatever it asks for.
    """

    def __init__(self, most: int, each: int) -> None:
        self._most, self._each = most, each
        self._held: Counter[str] = Counter()
        self.taken = 0
        """What is taken of the room."""
        self.refused = 0
        """The requests that found no room."""

    def is_full(self, size: int) -> bool:
        """Whether there is no room for so much more, whoever asks."""
        return self.taken + size > self._most

    def is_used_up(self, client: str, size: int) -> bool:
        """Whether a client, or its site, has no room for so much more."""
        bounds = ((network(client), self._each), (site(client), 2 * self._each))
        return any((held := self._held[key]) and held + size > bound for key, bound in bounds)

    def admit(self, client: str, size: int, noun: str) -> None:
        """Take room for a client; `Busy` with the noun of what takes room, where there is none."""
        own = self.is_used_up(client, size)
        if own or self.is_full(size):
            self.refused += 1
            whose = "of yours " if own else ""
            raise Busy(f"too many {noun} {whose}are on their way; ask again in a moment, or for less", of_client=own)
        self.taken += size
        self._held.update(dict.fromkeys({network(client), site(client)}, size))

    def release(self, client: str, size: int) -> None:
        """Give room back that a client has taken."""
        self.taken -= size
        for key in {network(client), site(client)}:
            self._held[key] -= size
            if self._held[key] <= 0:
                del self._held[key]
