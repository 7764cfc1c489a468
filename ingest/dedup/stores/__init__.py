"""Where signatures live: memory, SQLite, Elasticsearch, under one contract."""
