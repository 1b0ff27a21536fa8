"""The pool: killable, sandboxed processes that evaluate strangers' queries and make pages.

The server holds a `Pool`, which hands operations to evaluators, and a `KeeperClient`, the handle of the keeper: the
process that holds the graph and forks the evaluators.
"""

from medkg.pool.evaluator import ExitCause
from medkg.pool.job import EvaluatorAnswer
from medkg.pool.keeper_client import KeeperClient, KeeperConfig
from medkg.pool.limits import PoolLimits, RequestLimits
from medkg.pool.messages import (
    ChangeResult,
    DocumentResult,
    GraphDeleteOperation,
    GraphPostOperation,
    GraphPutOperation,
    GraphReadOperation,
    Operation,
    PageOperation,
    PageResult,
    QueryOperation,
    UpdateOperation,
)
from medkg.pool.pool import Pool
from medkg.pool.sandbox import Confinement

__all__ = [
    "ChangeResult",
    "Confinement",
    "DocumentResult",
    "EvaluatorAnswer",
    "ExitCause",
    "GraphDeleteOperation",
    "GraphPostOperation",
    "GraphPutOperation",
    "GraphReadOperation",
    "KeeperClient",
    "KeeperConfig",
    "Operation",
    "PageOperation",
    "PageResult",
    "Pool",
    "PoolLimits",
    "QueryOperation",
    "RequestLimits",
    "UpdateOperation",
]
