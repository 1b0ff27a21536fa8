"""The server: one process that answers HTTP requests and hands queries and pages to evaluators."""
