"""What the graph says of an IRI that somebody asks for, or why it says nothing."""

from __future__ import annotations

from pyoxigraph import NamedNode
from werkzeug.exceptions import NotFound

from medkg.errors import SnapshotError
from medkg.evaluation import Description, describe
from medkg.graph.meaning import Mistake, meaning
from medkg.model import prefixes as iris
from medkg.web.served import Served, served

_DATASETS = iris.dataset("").value
_MOST_NEAR = 5


class Unknown(NotFound):
    """Nothing is known of an IRI; `near` are the slugs and labels of datasets that may have been meant."""

    def __init__(self, description: str, near: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(description)
        self.near = near


def described(iri: str) -> Description:
    """What the graph says of an IRI; 404 where that is nothing, with what may have been meant."""
    now = served()
    try:
        description = describe(now.store, NamedNode(iri))
    except ValueError:  # a path that makes no IRI names nothing
        description = None
    if description is None:
        raise _unknown(now, iri)
    return description


def _unknown(now: Served, iri: str) -> Unknown:
    """That nothing is known of an IRI, and which datasets somebody may have meant by it."""
    said, slug = f"Nothing is known of <{iri}>.", iri.removeprefix(_DATASETS)
    if slug == iri or not slug:
        return Unknown(said)
    try:
        found = meaning(now.index, now.register, slug, most_near=_MOST_NEAR)
    except SnapshotError:  # an index that cannot be asked makes an unknown thing no better known
        return Unknown(said)
    if isinstance(found, Mistake):
        return Unknown(f"{said} {found.message[0].upper()}{found.message[1:]}", found.near)
    return Unknown(f"{said} Did you mean {_DATASETS}{found}?", ((found, now.register.labels.get(found, found)),))
