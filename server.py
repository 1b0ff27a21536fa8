"""The deployable application: settings in, app out. `python server.py`, or any WSGI server on `server:create()`."""

import sys

from flask import Flask

from medkg.errors import MedkgError
from medkg.graph.build import open_current
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


def main() -> None:
    """Serve until interrupted; what a person can mend is said without a traceback."""
    settings = Settings.from_environment()
    try:
        open_current(settings)  # built once and here, where there is none yet, not in each worker
        serve(create, host=settings.host, port=settings.port, workers=settings.workers)
    except* MedkgError as failures:
        sys.exit("\n".join(map(str, failures.exceptions)))


if __name__ == "__main__":
    main()
