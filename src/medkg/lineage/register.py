"""The register of lineage: every claim with its subject, and all that is needed to weigh and to tell it.

It is what a question about lineage is asked of. A question is asked of one layer, in a `View` of the register.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from medkg.lineage.edges import Sizes
from medkg.lineage.inference import Families, Guard, modality_guard
from medkg.lineage.layers import Layer, SituatedClaim
from medkg.lineage.network import Editions, Network, network
from medkg.lineage.wording import Lines, Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """All claims, with sizes and families of modality of datasets, and labels of datasets and challenge editions.

    `sizes` has those of a split under `lits:train`. `lines` tells on which line of its catalogue an entry stands, by
    catalogue and key; `editions` has those of each series; `datasets` are further ones, of which it holds nothing else.
    """

    claims: tuple[SituatedClaim, ...] = ()
    sizes: Sizes = field(default_factory=dict, hash=False)
    families: Families = field(default_factory=dict, hash=False)
    labels: Names = field(default_factory=dict, hash=False)
    lines: Lines = field(default_factory=dict, hash=False)
    editions: Editions = field(default_factory=dict, hash=False)
    datasets: frozenset[str] = frozenset()

    @property
    def slugs(self) -> frozenset[str]:
        """Every dataset and challenge edition that the register knows, with or without claims."""
        named = {slug for each in self.claims for slug in (each.subject, each.claim.object) if slug}
        return frozenset(named.union(self.labels, self.families, self.datasets, self.editions, *self.editions.values()))

    def view(self, layer: Layer) -> View:
        """The register as one layer shows it; `UnknownName` for a layer that does not exist.

        Whatever is asked of it refuses a slug that the register does not know.
        """
        made = partial(network, self.claims, layer=layer, sizes=self.sizes, editions=self.editions, slugs=self.slugs)
        images = made()
        return View(
            layer=layer, images=images, people=made(level="patient"), guard=modality_guard(images, self.families)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One layer of the register: the networks of images and of patients, and what modalities tell against sharing."""

    layer: Layer
    images: Network
    people: Network
    guard: Guard

    @property
    def editions(self) -> Editions:
        """The editions of each series."""
        return self.images.editions
