"""`python -m benchmarks.events`."""

import sys

from benchmarks.events import main

sys.exit(main())
