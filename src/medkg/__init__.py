"""medkg: the knowledge graph of public medical-imaging datasets.

Each package may import those before it: `model`, `catalogs`, `curation`, `evaluation`, `lineage`, `rdf`, `search`,
`queries`, `snapshots`, `views`, `export`, `pool`, `http`, `site`, `server`, `cli`; the modules beside them are for all.
"""
