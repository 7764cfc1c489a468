"""The Elasticsearch client, bulk writes and error types, for stores and backends alone."""
