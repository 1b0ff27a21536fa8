"""HTTP as values: messages, content negotiation, preconditions, problem details, the routes and what each takes."""
