"""Acts killed at each step they take, one after another; to be used in a process that has no other thread."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

Step = Callable[[], None]
Arm = Callable[[], None]

_ROOMS = tuple(f"medkg/snapshots/{name}.py" for name in ("storage", "journal", "journal_file", "patches"))
_TOUCHES = ("os.rename", "os.remove", "os.truncate", "os.mkdir", "fcntl.flock", "shutil.rmtree")


def is_killed(number: int, act: Callable[[Arm], None], watch: Callable[[Step], None]) -> bool:
    """Whether an act, in a process of its own, was killed at its step of that number after it armed what it is given.

    What counts as a step is for `watch` to say. An act of fewer steps runs to its end.
    """
    child = os.fork()
    if not child:
        left = number

        def step() -> None:
            nonlocal left
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

        act(lambda: watch(step))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status not in (0, signal.SIGKILL):
        raise AssertionError(f"the act failed at step {number}: {status}")
    return status != 0


def lines(step: Step) -> None:
    """Each line of the rooms that write updates is a step."""

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.endswith(_ROOMS):
            return None
        if event == "line":
            step()
        return trace

    sys.settrace(trace)


def touches(step: Step) -> None:
    """Each call by which files or directories change is a step, before it is done; the removal of a tree is one."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        is_written = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        is_in_tree = event == "os.remove" and arguments[1] != -1
        if is_written or (event in _TOUCHES and not is_in_tree):
            step()

    sys.addaudithook(hook)
