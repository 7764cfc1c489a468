"""Lets `python -m ingest.cli` be the command."""

import sys

from ingest.cli import main

sys.exit(main())
