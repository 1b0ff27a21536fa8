"""Curated files in, typed records out: the only wing that reads and writes `data/`.

`load` reads and checks the records, `read` and `check` are its two steps, `load_with_faults` returns the faults instead
of raising them. `notes` are hints on sound records. `dump` and `fmt` write the canonical form. `CODES` and `NOTE_CODES`
have the sentence of each code of a fault or note.
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
