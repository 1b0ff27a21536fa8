"""The only reader of `data/`: all records with their places, or all faults of all files.

`read` returns records whose files are each in order; `checks.load` also applies the rules among them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from medkg.choices import did_you_mean, nearest
from medkg.curation import forms, yaml_nodes
from medkg.curation.forms import FAULTY, Form, Reading, TermUse, form_of
from medkg.curation.hints import quote, slug_of
from medkg.curation.yaml_nodes import compose
from medkg.errors import Fault, UnreadableFile
from medkg.model.collection import KINDS, Identity, Kind, RecordLocation, Records
from medkg.model.fields import SLUG
from medkg.model.vocabularies import Vocabulary

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file#naming-conventions
_DEVICE_NAMES = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")
_GATE_FILE = "gate.yaml"  # which graph of these data passed which shapes, written by the build

FILE_CODES = {
    "bad-slug": "A file's name must be a slug, for it ends the record's IRI.",
    "unknown-file": "A data directory holds records, README.md and nothing else.",
}


def record_files(root: Path) -> Iterator[tuple[Kind, Path]]:
    """The record files of a data directory with their kinds, in a stable order."""
    for kind in KINDS:
        for path in _folder_items(root / kind):
            if path.suffix == ".yaml" and not path.is_dir():
                yield kind, path


def display_path(path: Path, root: Path) -> Path:
    """A path for messages, relative to the working directory or else to the parent of the data directory."""
    directory, absolute = Path.cwd(), path.absolute()
    return absolute.relative_to(directory if absolute.is_relative_to(directory) else root.absolute().parent)


def misplaced_files(root: Path) -> Iterator[Fault]:
    """A fault for each file or folder of a data directory that does not have the name of a record."""
    for path in _folder_items(root):
        if path.name not in (*KINDS, _GATE_FILE):
            message = f"is none of the folders {', '.join(KINDS)}{did_you_mean(path.name, KINDS)}"
            yield Fault(file=display_path(path, root), code="unknown-file", message=message)
    for path in (path for kind in KINDS for path in _folder_items(root / kind)):
        if path.is_dir() or path.suffix != ".yaml":
            yield Fault(file=display_path(path, root), code="unknown-file", message=_not_a_record(path))
        elif not re.fullmatch(SLUG, path.stem):
            yield Fault(
                file=display_path(path, root), code="bad-slug", message=f"is not named by a slug; {_rename_hint(path)}"
            )
        elif _DEVICE_NAMES.fullmatch(path.stem):
            message = (
                f"bears the name of a device, which no file has on Windows; say what it is, as in {path.stem}-set.yaml"
            )
            yield Fault(file=display_path(path, root), code="bad-slug", message=message)


def _folder_items(folder: Path) -> list[Path]:
    """The content of a folder without its README and hidden files, sorted; empty where there is no folder."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.name != "README.md" and not path.name.startswith("."))


def _not_a_record(path: Path) -> str:
    if path.suffix == ".yml" and not path.is_dir():
        return f"is not read, for records end in .yaml; {_rename_hint(path)}"
    return "is no record, which would be a file <slug>.yaml; move it elsewhere"


def _rename_hint(path: Path) -> str:
    """The way out of a wrong file name."""
    slug = slug_of(path.stem)
    if slug and path.with_name(f"{slug}.yaml").exists():
        return f"{slug}.yaml is there already, make one of the two"
    return f"rename it to {slug or '<slug>'}.yaml"


T = TypeVar("T")


def parse(text: str, record: type[T], file: Path) -> T:
    """The record in a YAML text, or one ExceptionGroup of all faults; terms are not looked up.

    >>> from medkg.model.entries import Event
    >>> parse("{venue: miccai, year: 2022}", Event, Path("event.yaml"))
    Event(venue='miccai', year=2022)
    """
    reading = Reading(file=file)
    result = read_record(text, record, reading)
    if result is None or reading.faults:
        raise ExceptionGroup(f"{file} cannot be read", reading.faults)
    return result


def read_record(text: str, record: type[T], reading: Reading) -> T | None:
    """The record in a text as far as it can be read, its faults in `reading`; None where nothing can be read."""
    try:
        root = compose(text, reading.file)
    except Fault as fault:
        reading.faults.append(fault)
        return None
    form: Form = form_of(record)  # type: ignore[arg-type]  # a class is hashable, which mypy does not know of type[T]
    result = form.read(root, "", reading)
    return None if result is FAULTY else result


TERM_CODES = {
    "unknown-term": "A value must be a key of the field's vocabulary.",
    "unknown-vocabulary": "A vocabulary in use must have its file.",
}


def unknown_terms(
    root: Path, readings: Iterable[Reading], vocabularies: Mapping[str, Vocabulary], faulty: Collection[str]
) -> Iterator[Fault]:
    """A fault for each key that its vocabulary lacks, and one for each vocabulary without a file.

    `faulty` names the vocabularies that could not be read completely; their keys are not checked.
    """
    missing: dict[str, list[tuple[Reading, TermUse]]] = {}
    for reading in readings:
        for term in reading.terms:
            vocabulary = vocabularies.get(term.vocabulary)
            if term.vocabulary in faulty or (vocabulary and term.key in vocabulary.by_key):
                continue
            if vocabulary is None:
                missing.setdefault(term.vocabulary, []).append((reading, term))
                continue
            message = unknown_key_message(term.vocabulary, vocabulary, term.key)
            yield Fault(file=reading.file, field=term.field, line=term.line, code="unknown-term", message=message)
    for name, uses in missing.items():
        yield _missing_vocabulary(root, name, uses, vocabularies)


def unknown_key_message(name: str, vocabulary: Vocabulary, key: str) -> str:
    """The message that a vocabulary lacks a key, with the most similar key or the way to add one."""
    similar = nearest(key, vocabulary.by_key)
    candidates = (vocabulary.find(name) for name in (key, *([similar] if similar else []), *vocabulary.near(key)))
    suggestion = next((concept for concept in candidates if concept), None)
    if suggestion is None:
        return f"{quote(key)} is no key of vocabulary {name}; choose one, or add it to vocabularies/{name}.yaml"
    return f"{quote(key)} is no key of vocabulary {name}; did you mean '{suggestion.key}' ({suggestion.label})?"


def _missing_vocabulary(
    root: Path, name: str, uses: list[tuple[Reading, TermUse]], vocabularies: Mapping[str, Vocabulary]
) -> Fault:
    reading, term = uses[0]
    number = "one value is a key" if len(uses) == 1 else f"{len(uses)} values are keys"
    message = f"is not there, but {number} of it (first {reading.file}:{term.line}:{term.field}); write the file"
    question = did_you_mean(name, set(vocabularies) - {name})
    file = display_path(root / "vocabularies" / f"{name}.yaml", root)
    return Fault(file=file, code="unknown-vocabulary", message=message + question)


CODES = {**FILE_CODES, **yaml_nodes.CODES, **forms.CODES, **TERM_CODES}


def read(root: Path) -> Records:
    """All records of a data directory, or one ExceptionGroup of all faults of all files."""
    records, faults = read_with_faults(root)
    raise_faults(root, faults)
    return records


def read_with_faults(root: Path) -> tuple[Records, list[Fault]]:
    """The records of a data directory as far as they can be read, and all faults of its files."""
    if not any((root / kind).is_dir() for kind in KINDS):
        raise UnreadableFile(f"{root} is no data directory: it holds none of {', '.join(KINDS)}")
    readings: dict[Identity, forms.Reading] = {}
    by_kind: dict[Kind, dict[str, Any]] = {kind: {} for kind in KINDS}
    for kind, path in record_files(root):
        reading = readings[kind, path.stem] = forms.Reading(file=display_path(path, root))
        try:
            record = read_record(yaml_nodes.read_text(path, reading.file), KINDS[kind], reading)
        except Fault as fault:
            reading.faults.append(fault)
            continue
        if record is not None:
            by_kind[kind][path.stem] = record
    places = {
        name: RecordLocation(file=reading.file, lines=reading.lines, moved=reading.moved)
        for name, reading in readings.items()
    }
    faulty = frozenset(name for name, reading in readings.items() if reading.faults)
    records = Records(**by_kind, places=places, faulty=faulty)
    vocabularies_in_doubt = {name for kind, name in records.faulty if kind == "vocabularies"}
    faults = [fault for reading in readings.values() for fault in reading.faults]
    faults += unknown_terms(root, readings.values(), records.vocabularies, vocabularies_in_doubt)
    return records, sorted_faults([*misplaced_files(root), *faults])


def raise_faults(root: Path, faults: list[Fault]) -> None:
    """Raise the faults as one ExceptionGroup, if there are any."""
    if faults:
        number = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise ExceptionGroup(f"{number} in {display_path(root, root)}", faults)


def sorted_faults(faults: Iterable[Fault]) -> list[Fault]:
    """The faults by file, line and field."""
    return sorted(faults, key=lambda fault: (str(fault.file), fault.line or 0, fault.field, fault.code))
