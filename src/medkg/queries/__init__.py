"""Stored queries: questions in words, one a file of `queries/`, evaluated by name with parameters.

queries = load(resources / "queries", prefixes)
query = queries["datasets-by-anatomy-and-modality"]
evaluate(store, query.with_values({"anatomy": "肝"}, Names(store)), prefixes=prefixes)
"""

from medkg.queries.files import CODES, gather, load, read
from medkg.queries.names import Names
from medkg.queries.stored_query import Expectation, Parameter, StoredQuery, shacl

__all__ = ["CODES", "Expectation", "Names", "Parameter", "StoredQuery", "gather", "load", "read", "shacl"]
