"""The API under load and under fuzzing: its cost over a bare Elasticsearch, its exports, and its own description."""
