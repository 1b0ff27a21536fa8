"""What the catalogues alone answer to a researcher's questions, whichever way they are asked.

The algebra, SPARQL over the real graph and the command line are three ways to these answers; each has its own tests.
"""

from __future__ import annotations

CANDIDATES = (
    "3d-ircadb 3d-ircadb-01 sliver07 chaos amos btcv-abdomen densevnet word totalsegmentator totalsegmentator-v2 "
    "ct-org abdomenct-1k abdomenatlas flare21 flare22 flare23 couinaud msd-hepatic-vessel visceral"
)
"""CT sets with liver labels, by slug."""

EXTERNAL = (
    "amos btcv-abdomen chaos couinaud densevnet flare21 msd-hepatic-vessel sliver07 totalsegmentator "
    "totalsegmentator-v2 visceral word"
)
"""Those that share nothing known with LiTS and whose provenance is closed."""

GRADES = [
    ("chestx-det", "rsna-pneumonia", "possible"),
    ("chexpert", "padchest", "none-known"),
    ("drive", "rite", "definite"),
    ("3d-ircadb-01", "msd", "definite"),
    ("covidx", "chestx-ray14", "definite"),
    ("chexlocalize", "chexmask", "possible"),
    ("promise12", "nci-isbi-2013", "possible"),
    ("lits", "kits19", "possible"),
    ("lits", "sliver07", "none-known"),
    ("brats2021", "brats2023", "possible"),
    ("msd-lung", "msd-liver", "none-known"),
    ("ct2us", "kits19", "none-known"),
]
"""Pairs of datasets and the grade of the verdict on them, whichever is asked first."""
