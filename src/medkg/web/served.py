"""What one application answers from, kept where every view finds it.

A snapshot never changes, so an application serves one and the next snapshot gets the next
application: store and revision cannot come apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app
from pyoxigraph import Store

from medkg.model.prefixes import Prefixes

_KEY = "medkg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One snapshot: its store, the revision that names it, and the prefixes its queries and documents use."""

    store: Store
    revision: str
    prefixes: Prefixes


def install(app: Flask, served: Served) -> None:
    """Give an application what it answers from."""
    app.extensions[_KEY] = served


def served() -> Served:
    """What the application at work answers from."""
    found: Served = current_app.extensions[_KEY]
    return found
