"""YAML text to a record: what is written is typed and placed, or every fault of it named."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from medkg.curation.forms import FAULTY, Form, Reading, form_of
from medkg.curation.source import compose
from medkg.errors import Fault

T = TypeVar("T")


def parse(text: str, record: type[T], file: Path) -> T:
    """The record a YAML text holds, or one ExceptionGroup of all faults; terms are not looked up.

    >>> from medkg.model.records import Event
    >>> parse("{venue: miccai, year: 2022}", Event, Path("event.yaml"))
    Event(venue='miccai', year=2022)
    """
    reading = Reading(file=file)
    found = read_record(text, record, reading)
    if found is None or reading.faults:
        raise ExceptionGroup(f"{file} cannot be read", reading.faults)
    return found


def read_record(text: str, record: type[T], reading: Reading) -> T | None:
    """What could be read of the record a text holds, faults noted; None where nothing could."""
    try:
        root = compose(text, reading.file)
    except Fault as fault:
        reading.faults.append(fault)
        return None
    form: Form = form_of(record)  # type: ignore[arg-type]  # a class is hashable, which mypy does not know of type[T]
    found = form.read(root, "", reading)
    return None if found is FAULTY else found
