"""The register of lineage as a file of a snapshot: one JSON document, made of the records at build time.

Who asks about lineage reads it in milliseconds, and needs neither the records nor the store.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any
from zlib import crc32

from medkg.errors import SnapshotError
from medkg.files import atomic_write
from medkg.lineage.claims import SituatedClaim
from medkg.lineage.edges import split_class
from medkg.lineage.register import Register
from medkg.model.claims import SPLITS, Claim, Evidence
from medkg.model.collection import Records
from medkg.model.facts import Facts, counts_of_role
from medkg.model.vocabularies import Vocabulary

NOT_OF_A_KIND = frozenset({"image-text", "text"})
"""Top modalities that are forms of data and no imaging techniques, so that they make no family."""

HEADINGS = frozenset({"x-ray-based"})
"""Wide modalities whose narrower ones share no acquisition: a radiograph is no CT. Each of those is a family."""

_SHAPE = ",".join(f"{kind.__name__}.{field.name}" for kind in (Register, Claim, Evidence) for field in fields(kind))

VERSION = f"1.{crc32(_SHAPE.encode()):08x}"
"""The version of the file's form, which changes with the fields of its records; another one is not read."""


def register(records: Records) -> Register:
    """The register of all claims among the records."""
    claims = list(situated_claims(records))
    believed = {
        slug: records.beliefs[slug].facts for slug, dataset in records.datasets.items() if not dataset.replaced_by
    }
    sizes = {name: size for slug, facts in believed.items() for name, size in _sizes(slug, facts)}
    modality = records.vocabularies.get("modality")
    families = {
        slug: regions for slug, facts in believed.items() if modality and (regions := _families(facts, modality))
    }
    labels = {slug: challenge.label for slug, challenge in records.challenges.items() if challenge.claims}
    labels |= {slug: dataset.label for slug, dataset in records.datasets.items() if not dataset.replaced_by}
    cited = {(item.catalog, item.key) for situated in claims for item in situated.claim.evidence}
    return Register(
        claims=tuple(claims),
        sizes=sizes,
        families=families,
        labels=labels,
        lines={place: entry.line for place, entry in records.entries.items() if place in cited},
        editions={
            slug: _editions(slug, records) for slug, dataset in records.datasets.items() if dataset.kind == "series"
        },
    )


def situated_claims(records: Records) -> Iterator[SituatedClaim]:
    """Every claim with the dataset or challenge edition in whose file it stands."""
    for slug, dataset in records.datasets.items():
        yield from (SituatedClaim(subject=slug, claim=claim) for claim in dataset.claims)
    for slug, challenge in records.challenges.items():
        yield from (SituatedClaim(subject=slug, claim=claim, is_challenge=True) for claim in challenge.claims)


def write(register: Register, path: Path) -> None:
    """Put a register at `path` in one step."""
    with atomic_write(path) as draft:
        content = {"format": VERSION, **_plain(register)}
        draft.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8", newline="\n")


def read(path: Path) -> Register:
    """The register that a build wrote; a `SnapshotError` where it is damaged, or that of another version of medkg."""
    try:
        return _read(json.loads(path.read_bytes()))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise SnapshotError(f"{path} cannot be read: {error}; run `medkg build --again`") from error


def _read(content: Any) -> Register:
    """The register out of its JSON."""
    if content.get("format", VERSION) != VERSION:  # a register without a version has the first form
        raise ValueError("it is of another version of medkg")
    return Register(
        claims=tuple(_claim(*claim) for claim in content["claims"]),
        sizes=content["sizes"],
        families={slug: frozenset(members) for slug, members in content["families"].items()},
        labels=content["labels"],
        lines={(catalog, key): line for catalog, key, line in content["lines"]},
        editions={slug: tuple(slugs) for slug, slugs in content["editions"].items()},
    )


def _sizes(slug: str, facts: Facts) -> Iterator[tuple[str, dict[str, int]]]:
    """How many things of each unit a dataset has, and each of its splits, where that is counted and not rounded."""
    for name, role in ((slug, "total"), *((split_class(slug, split), split) for split in SPLITS)):
        counts = counts_of_role(facts.get("counts", ()), role).items()
        if sizes := {unit: count.value for unit, count in counts if not count.approximate}:
            yield name, sizes


def _families(facts: Facts, modality: Vocabulary) -> frozenset[str]:
    """The labels of the families of the modalities that are believed; a heading may mean any family under it."""
    keys = {wide for key in facts.get("modality", ()) for wide in (str(key), *modality.wider(str(key)))}
    given = HEADINGS.intersection(map(str, facts.get("modality", ())))
    keys |= {concept.key for concept in modality.concepts if given.intersection(concept.broader)}
    families = {key for key in keys - HEADINGS if HEADINGS.issuperset(modality.by_key[key].broader)}
    return frozenset(modality.by_key[key].label for key in families - NOT_OF_A_KIND)


def _editions(series: str, records: Records) -> tuple[str, ...]:
    return tuple(sorted(slug for slug, dataset in records.datasets.items() if dataset.series == series))


def _plain(register: Register) -> dict[str, Any]:
    """The register as JSON holds it."""
    return {
        "claims": [
            [situated.subject, situated.is_challenge, _without_defaults(situated.claim)] for situated in register.claims
        ],
        "sizes": register.sizes,
        "families": {slug: sorted(members) for slug, members in register.families.items()},
        "labels": register.labels,
        "lines": [[*place, line] for place, line in register.lines.items()],
        "editions": register.editions,
    }


def _without_defaults(record: Claim | Evidence) -> dict[str, Any]:
    given = {field.name: getattr(record, field.name) for field in fields(record)}
    plain = {field.name: given[field.name] for field in fields(record) if given[field.name] != field.default}
    if isinstance(record, Claim):
        plain["evidence"] = [_without_defaults(item) for item in record.evidence]
    return plain


def _claim(subject: str, is_challenge: bool, given: Mapping[str, Any]) -> SituatedClaim:
    lists = {name: tuple(given.get(name, ())) for name in ("refines", "corrects")}
    evidence = tuple(Evidence(**item) for item in given["evidence"])
    claim = Claim(**{**given, **lists, "evidence": evidence})
    return SituatedClaim(subject=subject, claim=claim, is_challenge=is_challenge)
