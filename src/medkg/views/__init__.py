"""Views of the graph: all that it holds on one thing, as typed values for pages and the command line."""
