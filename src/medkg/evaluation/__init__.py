"""Evaluation: a SPARQL text and a store in, bytes in a format out.

Every query and update, over HTTP or from the command line, is evaluated here, so that its limits are decided once.
"""

from medkg.evaluation.formats import GRAPHS, HTML, RESULTS, Format, find_format
from medkg.evaluation.query import Description, Results, describe, evaluate, result_formats, serialize

__all__ = [
    "GRAPHS",
    "HTML",
    "RESULTS",
    "Description",
    "Format",
    "Results",
    "describe",
    "evaluate",
    "find_format",
    "result_formats",
    "serialize",
]
