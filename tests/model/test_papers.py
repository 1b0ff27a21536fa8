"""Canonical IRIs of papers."""

from __future__ import annotations

import pytest

from medkg.model.papers import paper_iri


@pytest.mark.parametrize(
    ("url", "iri"),
    [
        ("http://arxiv.org/abs/1803.05471", "https://arxiv.org/abs/1803.05471"),
        ("https://arxiv.org/pdf/2307.10698v2.pdf", "https://arxiv.org/abs/2307.10698"),
        ("https://doi.org/10.48550/arXiv.2007.05201", "https://arxiv.org/abs/2007.05201"),
        ("https://doi.org/10.1109/TMI.2021.3055428", "https://doi.org/10.1109/tmi.2021.3055428"),
        ("https://www.nature.com/articles/s41597-021-00920-z", "https://doi.org/10.1038/s41597-021-00920-z"),
        ("https://www.nature.com/articles/sdata2017117", "https://doi.org/10.1038/sdata.2017.117"),
        ("https://zenodo.org/records/3715942#.XvBr7GgzaUk", "https://doi.org/10.5281/zenodo.3715942"),
        ("https://link.springer.com/chapter/10.1007/978-3-030-37734-2_37", "https://doi.org/10.1007/978-3-030-37734-2_37"),
        ("https://aapm.onlinelibrary.wiley.com/doi/full/10.1002/mp.12268", "https://doi.org/10.1002/mp.12268"),
        ("https://www.frontiersin.org/articles/10.3389/fphys.2021.732711/full", "https://doi.org/10.3389/fphys.2021.732711"),
        ("https://www.medrxiv.org/content/10.1101/2020.04.24.20078584v3.full.pdf", "https://doi.org/10.1101/2020.04.24.20078584"),
        ("https://journals.plos.org/plosmedicine/article?id=10.1371/journal.pmed.1002699", "https://doi.org/10.1371/journal.pmed.1002699"),
        ("https://www.ncbi.nlm.nih.gov/pubmed/23774715", "https://pubmed.ncbi.nlm.nih.gov/23774715"),
        ("https://pubmed.ncbi.nlm.nih.gov/23760817/", "https://pubmed.ncbi.nlm.nih.gov/23760817"),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC3041807/", "https://pmc.ncbi.nlm.nih.gov/articles/PMC3041807"),
        ("https://linkinghub.elsevier.com/retrieve/pii/S1361841521002127", "https://www.sciencedirect.com/science/article/pii/S1361841521002127"),
        ("https://www.sciencedirect.com/science/article/abs/pii/S1361841519301033?via%3Dihub", "https://www.sciencedirect.com/science/article/pii/S1361841519301033"),
        ("https://ieeexplore.ieee.org/stamp/stamp.jsp?tp=&arnumber=9254002", "https://ieeexplore.ieee.org/document/9254002"),
    ],
)  # fmt: skip
def test_one_paper_has_one_iri_whatever_the_link(url: str, iri: str) -> None:
    assert paper_iri(url) == iri
    assert paper_iri(iri) == iri


def test_an_address_without_an_identifier_stays_as_it_is() -> None:
    assert paper_iri("https://example.org/my-paper.html") == "https://example.org/my-paper.html"


@pytest.mark.parametrize(
    ("url", "iri"),
    [
        ("https://doi.org/10.7910/DVN/DBW86T", "https://doi.org/10.7910/dvn/dbw86t"),
        ("https://doi.org/10.1002/(SICI)1-2(9/30)1:1%3C1::AID-X%3E3.0.CO;2-%23", "https://doi.org/10.1002/(sici)1-2(9/30)1:1%3C1::aid-x%3E3.0.co;2-%23"),
        ("http://dx.doi.org/10.1234/a|b", "https://doi.org/10.1234/a%7Cb"),
        ("https://arxiv.org/pdf/math.GT/0309136v1", "https://arxiv.org/abs/math.GT/0309136"),
    ],
)  # fmt: skip
def test_a_doi_is_the_whole_path_at_its_resolver_and_an_iri(url: str, iri: str) -> None:
    assert paper_iri(url) == iri
    assert paper_iri(iri) == iri


@pytest.mark.parametrize(
    ("url", "iri"),
    [
        ("https://dx.doi.org/", "https://doi.org/"),
        ("http://arxiv.org/list/cs", "https://arxiv.org/list/cs"),
        ("https://export.arxiv.org/ps/other", "https://arxiv.org/abs/other"),
    ],
)
def test_a_site_of_papers_goes_by_its_front_door_without_an_identifier_too(url: str, iri: str) -> None:
    assert paper_iri(url) == iri
