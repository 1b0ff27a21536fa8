"""Stored queries: questions in words, one a file of `queries/`, asked by name with parameters.

queries = load(resources / "queries", prefixes)
query = queries["datasets-by-anatomy-and-modality"]
evaluate(store, query.asked({"anatomy": "肝"}, Names(store)), prefixes=prefixes)
"""

from medkg.graph.queries.names import Names
from medkg.graph.queries.parameters import Parameter
from medkg.graph.queries.reading import CODES, gather, load, read
from medkg.graph.queries.shacl import shacl
from medkg.graph.queries.stored import Expectation, StoredQuery

__all__ = ["CODES", "Expectation", "Names", "Parameter", "StoredQuery", "gather", "load", "read", "shacl"]
