"""`python -m medkg.cli`: the same as `medkg`."""

from medkg.cli import main

main()
