"""A catalogue with links as people mistype them, all the way: imported, checked, built and written in every format."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import yaml

from medkg.settings import Settings
from tests.cli.conftest import ROOT, Ran

CATALOGS = {
    "openmedlab": """\
| Dataset | Dim. | Modality | Task | Count | Label content | Website | Paper |
| --- | --- | --- | --- | --- | --- | --- | --- |
| [LiTS](./resources/Li[TS].md) | 3D | CT | Segmentation | 131 | liver | {mended} | {lost} |
""",
    "biomedical-imaging-datasets": """\
| Dataset | Description | Labels / Task(s) | Image Type(s) | Dim. |
| --- | --- | --- | --- | --- |
| LiTS | Liver, {mended}, as in {lost} | Segmentation | CT | 3D |
""",
    "neerakara": """\
| Anatomy | Dataset | Modality | Paper | Download |
| --- | --- | --- | --- | --- |
| Liver | LiTS | CT | {lost} | {mended} |
""",
    "linhandev": """\
# 肝脏

| 名称 | 标注内容 | 类型 | 模态 | 数量 |
| - | - | - | - | - |
| LiTS | 肝 | 分割 | CT | 131 |

{mended} {lost}
""",
    "m-aryayi": """\
## Abdomen

- **[LiTS](https://example.org)** (Liver\x07 Tumor) 131 cases, {mended} and {lost}
""",
}
"""A file of each catalogue with room for a link that is mended and for one that is lost."""

MENDED = {
    "https://example.org/`a[b]^{c}": "https://example.org/%60a%5Bb%5D%5E%7Bc%7D",
    "<https://example.org/a b>": "https://example.org/a%20b",
    "https://example.org/100%": "https://example.org/100%25",
    "http:/example.org/a": "http://example.org/a",
}
LOST = (
    "https://[::1/",
    "ftp://example.org/a",
    "htps://example.org/a",
    "mailto:a@example.org",
    "https://exa%20mple.org/",
)

DATASET = """\
label: LiTS
entries:
- catalog: {catalog}
  key: {key}
  basis: catalog
  reason: The only entry.
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of the real vocabularies, ontology and queries, and of no records yet."""
    resources = tmp_path / "resources"
    shutil.copytree(ROOT / "data" / "vocabularies", resources / "data" / "vocabularies")
    for directory in ("ontology", "queries"):
        shutil.copytree(ROOT / directory, resources / directory)
    for kind in ("catalogs", "datasets"):
        (resources / "data" / kind).mkdir()
    return Settings(environment={"MEDKG_HOME": str(tmp_path / "home"), "MEDKG_RESOURCES": str(resources)})


@pytest.mark.parametrize("catalog_id", CATALOGS)
def test_links_are_mended_or_named_on_the_way_in_and_written_in_every_format(
    run: Callable[..., Ran], settings: Settings, tmp_path: Path, catalog_id: str
) -> None:
    file = tmp_path / "README.md"
    file.write_text(CATALOGS[catalog_id].format(mended=links(MENDED), lost=links(LOST)), encoding="utf-8")
    ran = run(settings, "import", catalog_id, str(file))
    assert ran.status == 0, ran.err
    for written, iri in MENDED.items():
        assert f", lits: link mended: {written.strip('<>')} is now {iri}" in ran.out
    for url in LOST:
        (line,) = (line for line in ran.lines if url in line)
        assert ", lits: link left out, for " in line

    stand_for_a_dataset(settings.resources / "data", catalog_id)
    checked = run(settings, "check")
    assert (checked.status, checked.out) == (0, "no faults\n")
    assert run(settings, "build").status == 0
    for form in ("nquads", "turtle", "jsonld", "ntriples", "trig", "rdfxml"):
        document = run(settings, "export", "--format", form).out
        assert all(iri.rpartition("/")[2] in document for iri in MENDED.values()), form
        assert not any(url in document for url in LOST), form


def links(urls: Iterable[str]) -> str:
    """Links to some addresses, in Markdown."""
    return " ".join(f"[part {number}]({url})" for number, url in enumerate(urls))


def stand_for_a_dataset(data: Path, catalog_id: str) -> None:
    """Have the one entry of a catalogue stand for a dataset."""
    (entry,) = yaml.safe_load((data / "catalogs" / f"{catalog_id}.yaml").read_text(encoding="utf-8"))["entries"]
    text = DATASET.format(catalog=catalog_id, key=entry["key"])
    (data / "datasets" / "lits.yaml").write_text(text, encoding="utf-8")
