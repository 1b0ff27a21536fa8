"""The only reader of `data/`: every record with its place, or everything wrong in every file.

`read` gives records whose files are each in order; `checks.load` also asks whether they agree.

The files of a data directory: which are to hold a record, of which kind, and which do not belong there.

YAML text to a record: what is written is typed and placed, or every fault of it named.

Whether the keys that records use are in their vocabularies, and which key was meant where they are not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from medkg.choices import did_you_mean, nearest
from medkg.curation import forms, yaml_nodes
from medkg.curation.forms import FAULTY, Form, Reading, Term, form_of
from medkg.curation.hints import brief, slug_of
from medkg.curation.yaml_nodes import compose
from medkg.errors import Fault, UnreadableFile
from medkg.model.collection import KINDS, Identity, Kind, RecordLocation, Records
from medkg.model.fields import SLUG
from medkg.model.vocabularies import Vocabulary

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file#naming-conventions
_DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")
_GATE = "gate.yaml"  # which graph of these data passed which shapes, written by the build

FILE_CODES = {
    "bad-slug": "A file's name must be a slug, for it ends the record's IRI.",
    "unknown-file": "A data directory holds records, README.md and nothing else.",
}


def record_files(root: Path) -> Iterator[tuple[Kind, Path]]:
    """Each file of a data directory that is to hold a record, with its kind, in a stable order."""
    for kind in KINDS:
        for path in _listed(root / kind):
            if path.suffix == ".yaml" and not path.is_dir():
                yield kind, path


def shown(path: Path, root: Path) -> Path:
    """A path as users see it: from the working directory, or else from the parent of the data directory."""
    here, whole = Path.cwd(), path.absolute()
    return whole.relative_to(here if whole.is_relative_to(here) else root.absolute().parent)


def strays(root: Path) -> Iterator[Fault]:
    """A fault for everything in a data directory that is no record by its name."""
    for path in _listed(root):
        if path.name not in (*KINDS, _GATE):
            message = f"is none of the folders {', '.join(KINDS)}{did_you_mean(path.name, KINDS)}"
            yield Fault(file=shown(path, root), code="unknown-file", message=message)
    for path in (path for kind in KINDS for path in _listed(root / kind)):
        if path.is_dir() or path.suffix != ".yaml":
            yield Fault(file=shown(path, root), code="unknown-file", message=_no_record(path))
        elif not re.fullmatch(SLUG, path.stem):
            yield Fault(file=shown(path, root), code="bad-slug", message=f"is not named by a slug; {_renaming(path)}")
        elif _DEVICES.fullmatch(path.stem):
            message = (
                f"bears the name of a device, which no file has on Windows; say what it is, as in {path.stem}-set.yaml"
            )
            yield Fault(file=shown(path, root), code="bad-slug", message=message)


def _listed(folder: Path) -> list[Path]:
    """What a folder holds besides its README and hidden files, sorted; nothing where it is not there."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.name != "README.md" and not path.name.startswith("."))


def _no_record(path: Path) -> str:
    if path.suffix == ".yml" and not path.is_dir():
        return f"is not read, for records end in .yaml; {_renaming(path)}"
    return "is no record, which would be a file <slug>.yaml; move it elsewhere"


def _renaming(path: Path) -> str:
    """The way out of a wrong file name; the right one may be taken."""
    slug = slug_of(path.stem)
    if slug and path.with_name(f"{slug}.yaml").exists():
        return f"{slug}.yaml is there already, make one of the two"
    return f"rename it to {slug or '<slug>'}.yaml"


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


TERM_CODES = {
    "unknown-term": "A value must be a key of the field's vocabulary.",
    "unknown-vocabulary": "A vocabulary in use must have its file.",
}


def unknown_terms(
    root: Path, readings: Iterable[Reading], vocabularies: Mapping[str, Vocabulary], faulty: Collection[str]
) -> Iterator[Fault]:
    """A fault for each key that its vocabulary lacks, and one for each vocabulary that is not there.

    `faulty` names the vocabularies that could not be read in full; these are not held against their users.
    """
    homeless: dict[str, list[tuple[Reading, Term]]] = {}
    for reading in readings:
        for term in reading.terms:
            vocabulary = vocabularies.get(term.vocabulary)
            if term.vocabulary in faulty or (vocabulary and term.key in vocabulary.by_key):
                continue
            if vocabulary is None:
                homeless.setdefault(term.vocabulary, []).append((reading, term))
                continue
            message = no_key(term.vocabulary, vocabulary, term.key)
            yield Fault(file=reading.file, field=term.field, line=term.line, code="unknown-term", message=message)
    for name, uses in homeless.items():
        yield _no_vocabulary(root, name, uses, vocabularies)


def no_key(name: str, vocabulary: Vocabulary, key: str) -> str:
    """That a vocabulary lacks a key, with the key that was meant or the way to add one."""
    slip = nearest(key, vocabulary.by_key)
    near = (vocabulary.find(each) for each in (key, *([slip] if slip else []), *vocabulary.near(key)))
    meant = next((concept for concept in near if concept), None)
    if meant is None:
        return f"{brief(key)} is no key of vocabulary {name}; choose one, or add it to vocabularies/{name}.yaml"
    return f"{brief(key)} is no key of vocabulary {name}; did you mean '{meant.key}' ({meant.label})?"


def _no_vocabulary(
    root: Path, name: str, uses: list[tuple[Reading, Term]], vocabularies: Mapping[str, Vocabulary]
) -> Fault:
    reading, term = uses[0]
    number = "one value is a key" if len(uses) == 1 else f"{len(uses)} values are keys"
    message = f"is not there, but {number} of it (first {reading.file}:{term.line}:{term.field}); write the file"
    question = did_you_mean(name, set(vocabularies) - {name})
    file = shown(root / "vocabularies" / f"{name}.yaml", root)
    return Fault(file=file, code="unknown-vocabulary", message=message + question)


CODES = {**FILE_CODES, **yaml_nodes.CODES, **forms.CODES, **TERM_CODES}


def read(root: Path) -> Records:
    """Every record of a data directory, or one ExceptionGroup with every fault of every file."""
    records, faults = gather(root)
    refuse(root, faults)
    return records


def gather(root: Path) -> tuple[Records, list[Fault]]:
    """The records of a data directory as far as they can be read, and every fault of its files."""
    if not any((root / kind).is_dir() for kind in KINDS):
        raise UnreadableFile(f"{root} is no data directory: it holds none of {', '.join(KINDS)}")
    readings: dict[Identity, forms.Reading] = {}
    found: dict[Kind, dict[str, Any]] = {kind: {} for kind in KINDS}
    for kind, path in record_files(root):
        reading = readings[kind, path.stem] = forms.Reading(file=shown(path, root))
        record = _record(path, KINDS[kind], reading)
        if record is not None:
            found[kind][path.stem] = record
    records = Records(**found, places=_places(readings), faulty=_faulty(readings))
    vocabularies_in_doubt = {name for kind, name in records.faulty if kind == "vocabularies"}
    faults = [fault for reading in readings.values() for fault in reading.faults]
    faults += unknown_terms(root, readings.values(), records.vocabularies, vocabularies_in_doubt)
    return records, in_order([*strays(root), *faults])


def refuse(root: Path, faults: list[Fault]) -> None:
    """Raise the faults as one ExceptionGroup, where there are any."""
    if faults:
        number = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise ExceptionGroup(f"{number} in {shown(root, root)}", faults)


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """The faults by file, line and field."""
    return sorted(faults, key=lambda fault: (str(fault.file), fault.line or 0, fault.field, fault.code))


def _record(path: Path, record: type[Any], reading: forms.Reading) -> Any:
    """What could be read of the record in a file; None where nothing could."""
    try:
        text = yaml_nodes.text_of(path, reading.file)
    except Fault as fault:
        reading.faults.append(fault)
        return None
    return read_record(text, record, reading)


def _places(readings: Mapping[Identity, forms.Reading]) -> dict[Identity, RecordLocation]:
    return {
        identity: RecordLocation(file=reading.file, lines=reading.lines, moved=reading.moved)
        for identity, reading in readings.items()
    }


def _faulty(readings: Mapping[Identity, forms.Reading]) -> frozenset[Identity]:
    return frozenset(identity for identity, reading in readings.items() if reading.faults)
