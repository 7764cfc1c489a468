"""Where records live: memory, SQLite, Elasticsearch, under one contract."""
