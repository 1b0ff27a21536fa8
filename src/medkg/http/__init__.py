"""HTTP as values: messages, content negotiation, preconditions, problem details, and the table of routes.

Nothing here opens a connection: the server and the pages both take a `messages.Request`, and the server sends the
`messages.Response` that either makes. `routes` lists every path once, for the router, `OPTIONS` and the docs.
"""
