"""Views of the graph: all that it holds on one thing, as typed values for pages and the command line.

A view is a function of a store, so that it shows updates as well; it makes no HTML. `graph_reader.GraphReader` reads
the properties and labels of which the views are made; `lookup` turns slugs into IRIs.
"""
