"""Records to quads: facts, records, lineage, the ontology and the SHACL validation of the graph."""
