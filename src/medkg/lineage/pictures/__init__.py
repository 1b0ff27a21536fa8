"""Pictures of a dataset's family: a tree of text, DOT, Mermaid and SVG."""

from medkg.lineage.pictures.dot import dot
from medkg.lineage.pictures.mermaid import mermaid
from medkg.lineage.pictures.svg import svg
from medkg.lineage.pictures.tree import tree

__all__ = ["dot", "mermaid", "svg", "tree"]
