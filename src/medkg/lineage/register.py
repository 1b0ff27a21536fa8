"""The register of lineage: every claim with its subject, and all facts that verdicts and their texts need.

Questions are asked of a `View`: one layer of the register, with its networks and the modality exclusion. Datasets are
excluded from sharing images where the modalities of their *source* acquisitions have no family in common: X-rays that
were projected from CT are of the family of CT.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from medkg.choices import require_choice
from medkg.lineage.claims import LAYERS, Layer, Level, SituatedClaim
from medkg.lineage.edges import Sizes
from medkg.lineage.network import Editions, Network, build_network
from medkg.lineage.relations import Bond
from medkg.lineage.texts import Lines, Names, Texts

ExclusionRule = Callable[[str, str], str | None]
"""The reason why two datasets cannot share images; None where there is none."""

Families = Mapping[str, frozenset[str]]
"""The top families of the modalities believed of each dataset; one of unknown modality is missing or has none."""

_DERIVING_RELATIONS = frozenset({"derivedFrom", "annotates"})


@dataclass(frozen=True, kw_only=True)
class Register:
    """All claims, with sizes and families of modality of datasets, and labels of datasets and challenge editions.

    `sizes` has those of a split under `lits:train`. `lines` has the line of an entry in its catalogue, by catalogue and
    key; `editions` has those of each series; `datasets` are further ones, of which only the slug is known.
    """

    claims: tuple[SituatedClaim, ...] = ()
    sizes: Sizes = field(default_factory=dict, hash=False)
    families: Families = field(default_factory=dict, hash=False)
    labels: Names = field(default_factory=dict, hash=False)
    lines: Lines = field(default_factory=dict, hash=False)
    editions: Editions = field(default_factory=dict, hash=False)
    datasets: frozenset[str] = frozenset()

    @cached_property
    def slugs(self) -> frozenset[str]:
        """Every dataset and challenge edition that the register has, with or without claims."""
        named = {slug for situated in self.claims for slug in (situated.subject, situated.claim.object) if slug}
        return frozenset(named.union(self.labels, self.families, self.datasets, self.editions, *self.editions.values()))

    @cached_property
    def texts(self) -> Texts:
        """The writer of sentences with the labels and lines of the register."""
        return Texts(names=self.labels, lines=self.lines, series=self.editions)

    def label(self, slug: str) -> str:
        """The label of a dataset or challenge edition; its slug where it has none."""
        return self.labels.get(slug, slug)

    def view(self, layer: Layer) -> View:
        """The view of one layer, made once; `UnknownName` for a layer that does not exist."""
        return self._views[require_choice(layer, LAYERS, kind="layer of claims")]

    @cached_property
    def _views(self) -> Mapping[str, View]:
        return {layer: View(register=self, layer=layer) for layer in LAYERS}


@dataclass(frozen=True, kw_only=True)
class View:
    """One layer of a register; its networks are made when they are first needed, and once.

    A question about a slug that the register does not have raises `UnknownName`.
    """

    register: Register
    layer: Layer

    @cached_property
    def images(self) -> Network:
        """The network of claims on images."""
        return self._network("acquisition")

    @cached_property
    def people(self) -> Network:
        """The network of claims on patients."""
        return self._network("patient", self.images)

    def _network(self, level: Level, images: Network | None = None) -> Network:
        known = self.register
        return build_network(
            known.claims,
            layer=self.layer,
            level=level,
            sizes=known.sizes,
            editions=known.editions,
            slugs=known.slugs,
            images=images,
        )

    @cached_property
    def exclude(self) -> ExclusionRule:
        """The rule of modalities that excludes sharing."""
        return modality_exclusion(self.images, self.register.families)

    @property
    def editions(self) -> Editions:
        """The editions of each series."""
        return self.register.editions


def no_exclusion(first: str, second: str) -> str | None:
    """The rule that excludes nothing."""
    return None


def modality_exclusion(network: Network, believed: Families) -> ExclusionRule:
    """The rule that two datasets cannot share images where no family of source modalities is common to both."""
    sources = source_families(network, believed)

    def exclude(first: str, second: str) -> str | None:
        one, other = sources.get(network.class_of(first)), sources.get(network.class_of(second))
        if not one or not other or one & other:
            return None
        return f"the source images are {' and '.join(sorted(one))} here, {' and '.join(sorted(other))} there"

    return exclude


def source_families(network: Network, believed: Families) -> dict[str, frozenset[str]]:
    """The families of the source acquisitions of each class, as far as they are known.

    A class derived wholly from another has its families, or those of them that are believed of itself where there
    are any; if a source is unknown, so is the class. Datasets of the same images pool their families, and so do a
    series and its editions where all of these are known.
    """
    resolved: dict[str, frozenset[str]] = {}
    for node in sorted({*network.members, *map(network.class_of, believed)}):
        _resolve(network, believed, node, resolved, frozenset())
    return resolved


def _resolve(
    network: Network, believed: Families, node: str, resolved: dict[str, frozenset[str]], below: frozenset[str]
) -> frozenset[str]:
    """The source families of one class, added to `resolved`; a ring of classes derived from each other is unknown."""
    if node not in resolved and node not in below:
        sources = sorted(
            {edge.end for edge in network.edges(node, Bond.WITHIN) if edge.steps[0].relation in _DERIVING_RELATIONS}
        )
        editions = sorted({edge.end for edge in network.edges(node, Bond.CONTAINS) if edge.series})
        inherited, parts = (
            [_resolve(network, believed, neighbour, resolved, below | {node}) for neighbour in nodes]
            for nodes in (sources, editions)
        )
        own = frozenset[str]().union(*(believed.get(slug, frozenset()) for slug in network.datasets(node)))
        resolved[node] = _restrict_sources(own.union(*parts) if all(parts) else own, inherited)
    return resolved.get(node, frozenset())


def _restrict_sources(own: frozenset[str], inherited: list[frozenset[str]]) -> frozenset[str]:
    if not inherited:
        return own
    if not all(inherited):
        return frozenset()
    sources = frozenset[str]().union(*inherited)
    return own & sources or sources
