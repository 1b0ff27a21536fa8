"""An evaluator: a forked process that runs one errand after another on the graph it was forked with.

It is shut in by the kernel and may be killed at any instant; nothing is lost with it but the answer at work.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import signal
import threading
import traceback
from typing import Any

from medkg.errors import MemoryLimit, in_one_line
from medkg.pool import sandbox
from medkg.pool.errands import ERRANDS, Desk
from medkg.pool.frames import Frame, receive, send
from medkg.pool.replies import FAILURES, UNFORESEEN

_GRACE = 1.0  # seconds after the deadline when the kernel ends what the server has not
_BULKY = 4 << 20  # bytes of answer after which an evaluator is no longer as light as it was forked


def work(desk: Desk, descriptor: int, *, revision: str, generation: int, memory: int, files: bool) -> None:
    """Say hello, then run errands until the other side hangs up; `files` where the graph is read from its files.

    What the engine or Python says before the process aborts goes to the descriptor as well, after which comes the
    end: last words that tell a lack of memory from a crash, and a crash from being killed.
    """
    os.setpgid(0, 0)  # so that the server can give all threads another priority at once
    gc.freeze()
    os.dup2(descriptor, 2)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # by which the kernel ends what the server has not

    def serve() -> None:
        try:
            faulthandler.enable(2, all_threads=False)  # here, for each thread needs a stack to report an overflow from
            sandbox.confine(memory, files=files)
        except Exception as error:
            send(descriptor, Frame({"failure": in_one_line(error)}))
            return
        send(descriptor, Frame({"pid": os.getpid(), "revision": revision, "generation": generation}))
        for asked in receive(descriptor):
            signal.setitimer(signal.ITIMER_REAL, asked.head["seconds"] + _GRACE)
            answer = _run(desk, asked)
            signal.setitimer(signal.ITIMER_REAL, 0)
            send(descriptor, answer)
            if answer.head["last"]:
                return

    # The engine draws blank nodes, UUID() and RAND() from a generator of each thread, which a fork would copy: all
    # evaluators would draw the same. A thread that begins after the fork has one of its own.
    thread = threading.Thread(target=serve)
    thread.start()
    thread.join()


def _run(desk: Desk, asked: Frame) -> Frame:
    """What came of an errand; a failure that is the asker's to mend is told by the name of its class."""
    try:
        done = ERRANDS[asked.head["ask"]](desk, asked)
    except tuple(FAILURES.values()) as error:
        return _said(failure=type(error).__name__, message=str(error), last=False)
    except MemoryError:
        message = "evaluation took more memory than it may"
        return _said(failure=MemoryLimit.__name__, message=message, last=True)
    except Exception:
        return _said(failure=UNFORESEEN, message=traceback.format_exc(), last=True)
    return Frame({**done.head, "last": len(done.body) > _BULKY}, done.body)


def _said(**head: Any) -> Frame:
    """A frame that says something and carries nothing."""
    return Frame(head)
