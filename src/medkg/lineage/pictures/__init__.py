"""Pictures of a dataset's family: a tree of text, DOT, Mermaid and SVG."""

from medkg.lineage.pictures.svg import svg
from medkg.lineage.pictures.text import dot, mermaid, tree

__all__ = ["dot", "mermaid", "svg", "tree"]
