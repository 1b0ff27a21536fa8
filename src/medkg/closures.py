"""The transitive closure of a relation: concepts under concepts, properties above properties, datasets in datasets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")


def closure(items: Iterable[Item], successors: Callable[[Item], Iterable[Item]]) -> tuple[Item, ...]:
    """Some items and all that can be reached from them, each once, the nearest first.

    >>> closure(["a"], {"a": ["b"], "b": ["c", "a"], "c": []}.__getitem__)
    ('a', 'b', 'c')
    """
    queue = list(dict.fromkeys(items))
    reached = set(queue)
    for item in queue:
        for successor in successors(item):
            if successor not in reached:
                reached.add(successor)
                queue.append(successor)
    return tuple(queue)
