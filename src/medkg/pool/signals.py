"""Signals that would end a process for no reason of ours: ignored, and so by all processes that it starts."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

_ENDING = ("SIGINT", "SIGTERM", "SIGQUIT", "SIGKILL", "SIGSTOP")  # which are there to end or stop a process
_OF_FAULTS = ("SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV", "SIGSYS", "SIGTRAP")  # which nothing can go on after
_HARMLESS = ("SIGCHLD", "SIGCONT", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGWINCH")  # which end nothing


def stray() -> frozenset[int]:
    """The signals that end a process by default and none of ours: SIGHUP and SIGUSR1 among them."""
    left_alone = {getattr(signal, name, None) for name in (*_ENDING, *_OF_FAULTS, *_HARMLESS)}
    return frozenset(each for each in signal.valid_signals() if each not in left_alone)


def ignore_strays() -> None:
    """Have this process and those it starts go on whatever stray signal they get, until somebody handles one."""
    for each in stray():
        signal.signal(each, signal.SIG_IGN)


@contextmanager
def ignoring_strays() -> Iterator[None]:
    """A context in which this process goes on whatever stray signal it gets."""
    before = {each: signal.getsignal(each) for each in stray()}
    ignore_strays()
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, signal.SIG_DFL if handler is None else handler)
