"""Snapshots of the graph on disk: built, published, opened, updated through a journal, and rolled back to.

`build.open_current` is the call by which every command opens the graph. A snapshot never changes once it is published;
its updates are stored in a `journal.Journal` beside it, and the pointer names the snapshot that serves.
"""
