"""What `benchmarks/endpoint.py` is made of: graphs and queries, servers and peers, load, and the page it writes."""
