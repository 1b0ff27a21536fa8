"""The CURIEs that records hold, against the prefix map of the ontology."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from medkg.choices import did_you_mean
from medkg.curation.read import Records
from medkg.errors import Fault
from medkg.graph.places import Origin, fault


def unknown_prefixes(records: Records, prefixes: Collection[str]) -> Iterator[Fault]:
    """A fault for each exact match whose prefix is not in the prefix map."""
    for name, vocabulary in records.vocabularies.items():
        for index, concept in enumerate(vocabulary.concepts):
            for place, curie in enumerate(concept.exact):
                prefix = curie.partition(":")[0]
                if prefix not in prefixes:
                    way_out = did_you_mean(prefix, prefixes) or "; add it to ontology/prefixes.yaml"
                    message = f"'{prefix}' is no prefix of ontology/prefixes.yaml{way_out}"
                    origin: Origin = ("vocabularies", name, f"concepts[{index}].exact[{place}]")
                    yield fault(origin, message, "malformed-value", records)


def refuse_unknown_prefixes(records: Records, prefixes: Collection[str]) -> None:
    """Raise the faults of unknown prefixes as one ExceptionGroup, where there are any."""
    found = list(unknown_prefixes(records, prefixes))
    if found:
        raise ExceptionGroup("CURIEs with prefixes that are not in ontology/prefixes.yaml", found)
