"""Curated files in, typed records out: the only wing that reads and writes `data/`.

`load` reads and checks all of it, `read` and `check` are its halves, `notes` has what a curator should know of sound
records, `dump` and `fmt` know the one written form, `CODES` and `NOTE_CODES` have the
sentence behind every code that a fault or a note can bear.
"""

from medkg.curation.checks import check, load, load_with_faults, notes
from medkg.curation.formatter import CODES as _OF_FMT
from medkg.curation.formatter import dump, fmt
from medkg.curation.reader import CODES as _OF_READ
from medkg.curation.reader import parse, read
from medkg.curation.rules import NOTES, RULES

CODES = {**{rule.code: rule.sentence for rule in RULES}, **_OF_READ, **_OF_FMT}
NOTE_CODES = {rule.code: rule.sentence for rule in NOTES}

__all__ = [
    "CODES",
    "NOTE_CODES",
    "check",
    "dump",
    "fmt",
    "load",
    "load_with_faults",
    "notes",
    "parse",
    "read",
]
