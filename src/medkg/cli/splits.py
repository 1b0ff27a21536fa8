"""A file of splits: which datasets are trained on and which are tested on, in YAML or JSON."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

SIDES = ("train", "test")


def splits(path: Path) -> Mapping[str, tuple[str, ...]]:
    """The names under `train` and `test` in a file; a usage error where it has another form."""
    import yaml  # JSON is YAML too

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # such as a date that no calendar has
        raise click.UsageError(f"{path} is neither YAML nor JSON: {error}") from error
    if not isinstance(content, dict) or not content or set(content) - set(SIDES):
        raise click.UsageError(f"{path} must hold lists of names under `train` and `test`, and nothing else")
    return {side: _names(content.get(side, []), f"{path}: {side}") for side in SIDES}


def _names(given: object, where: str) -> tuple[str, ...]:
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise click.UsageError(f"{where} must be a list of names; put a name that is a number in quotes")
    return tuple(names)
