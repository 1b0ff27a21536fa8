"""One module a source catalogue: what is particular to the way its maintainers write."""
