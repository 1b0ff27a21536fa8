"""medkg: the knowledge graph of public medical-imaging datasets."""
