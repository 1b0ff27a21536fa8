"""Snapshots on disk: built, published, opened, followed by a journal of updates, rolled back."""
