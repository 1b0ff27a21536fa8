"""The deployable application: settings in, app out. `python server.py` serves it."""

import sys

from medkg.cli.failures import status_of
from medkg.server.config import configuration
from medkg.server.serve import serve
from medkg.settings import Settings
from medkg.snapshots.build import open_current


def main() -> None:
    """Serve until interrupted."""
    settings = Settings.from_environment()
    for warning in settings.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    config = configuration(settings)
    open_current(settings)  # built where there is none yet
    serve(config, host=settings.host, port=settings.port)


if __name__ == "__main__":
    sys.exit(status_of(main))
