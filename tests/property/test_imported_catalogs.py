"""Whatever a catalogue's file holds, what is made of it is in order but for the datasets that nobody has named yet."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medkg.catalogs import read
from medkg.curation import check, dump, parse
from medkg.curation import read as read_records
from medkg.errors import UnreadableFile
from medkg.model.collection import Records
from medkg.model.entries import Catalog
from tests.property.hostile_values import ADDRESSES

VOCABULARIES = read_records(Path(__file__).parents[2] / "data").vocabularies
FORMS = {
    "openmedlab": "| Dataset | Modality | Website | License |\n|-|-|-|-|\n| {} | CT, {} | {} | {} |\n",
    "biomedical-imaging-datasets": "| Dataset | Description | Task | License |\n|-|-|-|-|\n| A {} | {} | {} | {} |\n",
    "neerakara": "| Anatomy | Dataset | Modality | Paper |\n|---|---|---|---|\n| {} | A {} | CT {} | {} |\n",
    "linhandev": "# {}\n\n| 名称 | 标注内容 | 数量 |\n|-|-|-|\n| A {} | 肝 {} | 20 |\n\n{}\n",
    "m-aryayi": "## {}\n\n- **[A](https://a.org)** ({}) 131 cases, {} <br>\n***Keyboard:*** MRI, {}\n",
}
"""A file of each catalogue's form with room for four texts."""

_WORDS = st.text(st.characters(codec="utf-8"), max_size=12).map(lambda text: text.replace("\0", ""))
_URLS = ADDRESSES | st.sampled_from(
    ("ftp://x.org", "htps://x.org", "mailto:a@b.org", "//x.org", "www.x.org", "a b.md", "#a")
)
_LINKS = st.builds("[{}](<{}>)".format, _WORDS, _URLS) | st.builds('<a href="{1}">{0}</a>'.format, _WORDS, _URLS)
_TEXTS = _WORDS | _URLS | _LINKS | st.builds("{} {}".format, _LINKS, _LINKS)


@pytest.mark.parametrize("catalog_id", FORMS)
@given(texts=st.tuples(_TEXTS, _TEXTS, _TEXTS, _TEXTS))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_read_of_any_file_is_in_order(catalog_id: str, texts: tuple[str, ...]) -> None:
    with TemporaryDirectory() as directory:
        file = Path(directory, "a.md")
        file.write_text(FORMS[catalog_id].format(*texts), encoding="utf-8")
        try:
            found = read(catalog_id, file, Catalog(title=catalog_id), VOCABULARIES)
        except UnreadableFile:
            return
    written = parse(dump(found), Catalog, Path(f"{catalog_id}.yaml"))
    assert written == found
    assert {fault.code for fault in check(Records(catalogs={catalog_id: written}))} <= {"unresolved-entry"}
