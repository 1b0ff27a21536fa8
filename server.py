"""The deployable application: settings in, app out. `python server.py` serves it."""

import sys

from medkg.errors import MedkgError
from medkg.graph.build import open_current
from medkg.settings import Settings
from medkg.web.config import configured
from medkg.web.serve import serve


def main() -> None:
    """Serve until interrupted; what a person can mend is said without a traceback."""
    settings = Settings.from_environment()
    for warning in settings.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    try:
        open_current(settings)  # built where there is none yet
        serve(configured(settings), host=settings.host, port=settings.port)
    except* MedkgError as failures:
        sys.exit("\n".join(map(str, failures.exceptions)))


if __name__ == "__main__":
    main()
