"""Snapshots of the graph on disk: built, published, opened, updated through a journal, and rolled back to."""
