"""The web: a Flask application over one snapshot, and the server that runs it."""

from medkg.site.app import create_app

__all__ = ["create_app"]
