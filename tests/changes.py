"""Changes for journals to hold: some that are easy to tell apart, and any at all."""

from __future__ import annotations

import string

from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, serialize

from medkg.evaluation.changes import Change


def stating(value: object) -> Change:
    """A change that adds one triple."""
    return Change(added=f'<https://example.org/it> <https://example.org/says> "{value}" .\n'.encode())


_iris = st.text(string.ascii_letters + "é漢", min_size=1).map(lambda name: NamedNode(f"https://example.org/{name}"))
_nodes = st.text("0123456789abcdefTC", min_size=1, max_size=32).map(lambda label: BlankNode(f"b{label}"))
_texts = st.text(st.characters(codec="utf-8")) | st.just("\nTC .\n")
_literals = st.builds(Literal, _texts) | st.builds(lambda text: Literal(text, language="en-TC"), _texts)
_quads = st.builds(Quad, _iris | _nodes, _iris, _iris | _nodes | _literals, _iris | _nodes | st.just(DefaultGraph()))
_lines = st.sets(_quads, max_size=4).map(lambda quads: serialize(quads, format=RdfFormat.N_QUADS) or b"")
_graphs = st.lists(_iris.map(lambda iri: iri.value), max_size=2, unique=True).map(tuple)

changes = st.builds(Change, removed=_lines, added=_lines, dropped=_graphs, created=_graphs)
"""Any change."""
