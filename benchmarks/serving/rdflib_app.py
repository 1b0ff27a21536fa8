"""An rdflib-endpoint over the N-Quads file that `GRAPH_FILE` names; uvicorn runs it in the peer's own environment.

Its default graph is the default graph, not the union of all, so that queries mean what they mean elsewhere.
"""

import os

from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint

graph = Dataset(default_union=False)
graph.parse(os.environ["GRAPH_FILE"], format="nquads")
app = SparqlEndpoint(graph=graph, path="/sparql")
