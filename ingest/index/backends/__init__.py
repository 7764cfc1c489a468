"""The two indices behind one protocol: Elasticsearch and tantivy."""
