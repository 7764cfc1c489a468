"""The HTTP API: parameters in, what `ingest.jobs` gives out, errors as problem details. Nothing is decided here."""
