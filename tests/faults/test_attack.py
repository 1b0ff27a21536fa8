"""The attack that readers can run themselves, in its short form on a tiny graph."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.processes import on_linux
from tests.servers import REPOSITORY


@on_linux
def test_the_attack_of_the_examples_harms_nobody(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "tests" / "tiny" / "data", tmp_path / "data")
    for name in ("ontology", "queries"):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    paths = os.pathsep.join([str(REPOSITORY / "src"), *sys.path])
    ran = subprocess.run(
        [sys.executable, REPOSITORY / "examples" / "attack.py", "--seconds", "1"],
        env={**os.environ, "PYTHONPATH": paths, "MEDKG_RESOURCES": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stderr
    told = ran.stdout
    assert told.count("runaway          503 after 2.") == 4
    assert len(re.findall(r"memory bomb +(?:507|503) after", told)) == 3  # on a busy machine time may end before memory
    assert told.count("SERVICE          400 after") == 2
    assert re.search(r"who came\? +nobody", told)
    assert told.count(", 0 refused") == 3
    killed, found = re.search(r"after (\d+) acknowledged", told), re.search(r"with (\d+) updates", told)
    assert killed is not None
    assert found is not None
    assert 0 < int(killed[1]) <= int(found[1])
