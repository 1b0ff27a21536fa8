"""What lies in the directory in which a server is started, and is called like a module, is not run."""

from __future__ import annotations

from pathlib import Path

from tests.faults.asking import count, get
from tests.faults.conftest import QUADS, impatient


def test_a_server_imports_nothing_from_the_directory_it_is_started_in(home: Path) -> None:
    for name in ("json", "rapidfuzz", "resource", "struct", "sitecustomize", "sqlite3", "encodings", "flask", "medkg"):
        (home / f"{name}.py").write_text(f"open({str(home / 'imported')!r}, 'a').write({name!r})\n")
    with impatient(home, before=f"import os, medkg.server.serve; os.chdir({str(home)!r})\n") as server:
        assert count(server) == QUADS
        assert get(server, "/sparql?querry=ASK%7B%7D").status == 400  # for which rapidfuzz is imported
    assert not (home / "imported").exists()
