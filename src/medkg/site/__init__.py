"""The pages: a Flask application over one graph."""

from medkg.site.app import create_app

__all__ = ["create_app"]
