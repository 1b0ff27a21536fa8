"""What clients have cost of late: processor time of evaluators by client and network, which halves as time passes.

A job's first moments cost nothing, so that quick queries run up no debt, however many there are.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from math import exp2, log2

HALF_LIFE_S = 30.0
"""Seconds after which half of what a client has cost is forgotten."""

FREE_S = 0.03
"""Seconds of processor in each job that cost its client nothing."""

DEBT_S = 0.1
"""Seconds of processor from which a client is in debt: its jobs wait for those of others."""

FIRST, NEW, SUSPECT, INDEBTED = 0, 1, 2, 3
"""Ranks: clients whose last job was quick, clients of whom nothing is known, those of whom that is so and whose network
is in debt, and from here on clients in debt."""

_MOST = 16_384  # clients and networks that are remembered


class Spending:
    """The decayed cost of each client and network, and the clients that are quick; of each those of late."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._costs: OrderedDict[str, tuple[float, float]] = OrderedDict()  # seconds, and when they were so many
        self._quick: OrderedDict[str, None] = OrderedDict()

    def charge(self, keys: Sequence[str], seconds: float, now: float) -> None:
        """Add seconds to what a client, which is the first of the keys, and its networks have cost."""
        self._quick.pop(keys[0], None)
        for key in keys:
            self._costs[key] = self._cost(key, now) + seconds, now
            self._costs.move_to_end(key)
        while len(self._costs) > self._most:
            self._costs.popitem(last=False)

    def trust(self, client: str) -> None:
        """Note that the last job of a client was quick."""
        self._quick[client] = None
        self._quick.move_to_end(client)
        if len(self._quick) > self._most:
            self._quick.popitem(last=False)

    def cost(self, keys: Sequence[str], now: float) -> float:
        """The seconds that a client or one of its networks has cost, whichever has cost most."""
        return max(self._cost(key, now) for key in keys)

    def rank(self, keys: Sequence[str], now: float) -> int:
        """The place of a client in line: lower ranks go first; in debt, each rank has cost twice what the last has."""
        cost = self.cost(keys, now)
        if self._cost(keys[0], now) >= DEBT_S:
            return INDEBTED + int(log2(cost / DEBT_S))
        if keys[0] in self._quick:
            return FIRST
        return SUSPECT if cost >= DEBT_S else NEW

    def _cost(self, key: str, now: float) -> float:
        """What one key has cost, as it counts now."""
        cost, since = self._costs.get(key, (0.0, now))
        return cost * exp2((since - now) / HALF_LIFE_S)
