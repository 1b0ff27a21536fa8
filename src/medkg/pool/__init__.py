"""The pool: killable processes that evaluate strangers' queries, each shut in and bounded.

The server holds a `Pool`, which hands jobs to evaluators, and a `Keeping`, the handle of the keeper: a process that
holds the graph and forks the evaluators (`worker`).
"""

from medkg.pool.frames import Frame
from medkg.pool.job import Answered
from medkg.pool.keeper_process import Kept
from medkg.pool.keeping import Keeping
from medkg.pool.limits import Crowd, Limits
from medkg.pool.pool import Pool

__all__ = ["Answered", "Crowd", "Frame", "Keeping", "Kept", "Limits", "Pool"]
