"""HTTP as values: messages, content negotiation, preconditions, problem details, and the table of routes."""
