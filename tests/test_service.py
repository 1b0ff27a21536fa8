"""The unit of systemd in `examples/`: systemd understands it, and medkg knows what it sets."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from medkg.settings import SETTINGS
from tests.servers import REPOSITORY

UNIT = REPOSITORY / "examples" / "medkg.service"


def test_the_unit_sets_what_medkg_knows() -> None:
    set_there = set(re.findall(r"^Environment=(MEDKG_\w+)=", UNIT.read_text(encoding="utf-8"), re.MULTILINE))
    assert set_there
    assert set_there <= {each.name for each in SETTINGS}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze here")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    text = UNIT.read_text(encoding="utf-8").replace("/opt/medkg/bin/medkg serve", "/bin/true")
    unit = tmp_path / UNIT.name
    unit.write_text(re.sub(r"^(User|Group)=.*$", r"\1=root", text, flags=re.MULTILINE), encoding="utf-8")
    ran = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
