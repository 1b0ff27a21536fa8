"""What the graph says of one thing, as typed values for pages and the command line."""
