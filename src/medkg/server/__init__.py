"""The server: one process that answers HTTP requests and hands queries and pages to evaluators.

`serve.serve` starts it. A request passes from `front.Front`, which answers from the cache, to `router.Router`, and from
there to `endpoint.Endpoint`, which holds the snapshot with its pool of evaluators and is the only path of updates.
"""
