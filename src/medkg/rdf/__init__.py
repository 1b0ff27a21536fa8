"""Records to quads: beliefs, statements, lineage, the ontology and the SHACL gate."""
