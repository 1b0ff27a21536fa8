"""What the graph says of an IRI that somebody asks for, or why it says nothing."""

from __future__ import annotations

from pyoxigraph import NamedNode
from werkzeug.exceptions import NotFound

from medkg.errors import SnapshotError, UnknownName
from medkg.evaluation import Description, describe
from medkg.graph import search
from medkg.model import prefixes as iris
from medkg.web.served import Served, served

_DATASETS = iris.dataset("").value


def described(iri: str) -> Description:
    """What the graph says of an IRI; 404 where that is nothing, with what may have been meant."""
    now = served()
    try:
        description = describe(now.store, NamedNode(iri))
    except ValueError:  # a path that makes no IRI names nothing
        description = None
    if description is None:
        raise NotFound(f"Nothing is known of <{iri}>.{_meant(now, iri)}")
    return description


def _meant(now: Served, iri: str) -> str:
    """Which datasets somebody may have meant, after a space; nothing for other things."""
    slug = iri.removeprefix(_DATASETS)
    if slug == iri or not slug:
        return ""
    try:
        return f" Did you mean {_DATASETS}{search.resolve(now.index, slug)}?"
    except UnknownName as mistake:
        return f" {str(mistake)[0].upper()}{str(mistake)[1:]}"
    except SnapshotError:  # an index that cannot be asked makes an unknown thing no better known
        return ""
