"""Evaluation: a SPARQL text and a store in, bytes in a format out.

Everything that asks the graph a question, over HTTP or from the command line, comes through here,
so that what a query may do is decided in one place.
"""

from medkg.evaluation.formats import GRAPHS, HTML, RESULTS, Format, named, negotiate
from medkg.evaluation.query import Description, Results, describe, evaluate, offers, serialize

__all__ = [
    "GRAPHS",
    "HTML",
    "RESULTS",
    "Description",
    "Format",
    "Results",
    "describe",
    "evaluate",
    "named",
    "negotiate",
    "offers",
    "serialize",
]
