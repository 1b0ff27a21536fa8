"""Known vulnerabilities of what is locked, by pip-audit: the exit code is 1 where there is one.

Advisories come from PyPI's JSON interface. Where that cannot be reached, or does not know a package, this is said and
the exit code is 0. pip-audit alone would say of such packages that they have no known vulnerabilities.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-build.lock")
TIMEOUT_S = 300


def main() -> int:
    """Print what is known of each lock; the exit code."""
    outcomes = [outcome(name, report(ROOT / name)) for name in LOCKS]
    for text, _ in outcomes:
        print(text)
    return int(any(is_vulnerable for _, is_vulnerable in outcomes))


def report(lock: Path) -> Sequence[Mapping[str, Any]]:
    """What pip-audit says of each package of a lock; nothing where it cannot ask."""
    with tempfile.TemporaryDirectory(prefix="medkg-audit-") as directory:
        path = Path(directory) / "report.json"
        options = ["--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
        command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), *options, "--output", str(path)]
        try:
            subprocess.run(command, capture_output=True, timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            return []
        found: Sequence[Mapping[str, Any]] = json.loads(path.read_bytes())["dependencies"] if path.exists() else []
        return found


def outcome(name: str, packages: Sequence[Mapping[str, Any]]) -> tuple[str, bool]:
    """A sentence on a lock, and whether a package in it has a known vulnerability.

    >>> outcome("a.lock", [{"name": "flask", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}])
    ('a.lock: flask 1.0 has PYSEC-1 (fixed in 1.1)', True)
    >>> outcome("a.lock", [{"name": "flask", "version": "1.1", "vulns": []}])
    ('a.lock: no known vulnerability in 1 package', False)
    >>> outcome("a.lock", [{"name": "flask", "skip_reason": "not found"}])
    ('a.lock: advisories could not be had for 1 of 1 packages (flask: not found)', False)
    >>> outcome("a.lock", [])
    ('a.lock: advisories could not be had', False)
    """
    vulnerable = [
        f"{each['name']} {each['version']} has {vulnerability['id']} (fixed in "
        f"{', '.join(vulnerability['fix_versions']) or 'no version'})"
        for each in packages
        for vulnerability in each.get("vulns", ())
    ]
    if vulnerable:
        return f"{name}: {'; '.join(vulnerable)}", True
    unknown = [each for each in packages if "skip_reason" in each]
    if unknown:
        reason = f"{unknown[0]['name']}: {unknown[0]['skip_reason']}"
        return f"{name}: advisories could not be had for {len(unknown)} of {len(packages)} packages ({reason})", False
    if not packages:
        return f"{name}: advisories could not be had", False
    return f"{name}: no known vulnerability in {len(packages)} package{'s' * (len(packages) > 1)}", False


if __name__ == "__main__":
    sys.exit(main())
