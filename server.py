"""The deployable application: settings in, app out. `python server.py`, or any WSGI server on `server:create()`."""

from flask import Flask

from medkg.graph.snapshot import open_current
from medkg.model import prefixes
from medkg.settings import Settings
from medkg.web import create_app
from medkg.web.serve import serve


def create() -> Flask:
    """The application over the current snapshot."""
    settings = Settings.from_environment()
    snapshot = open_current(settings)
    namespaces = prefixes.load(settings.resources / "ontology")
    return create_app(store=snapshot.store, revision=snapshot.digest, prefixes=namespaces)


if __name__ == "__main__":
    settings = Settings.from_environment()
    serve(create, host=settings.host, port=settings.port, workers=settings.workers)
