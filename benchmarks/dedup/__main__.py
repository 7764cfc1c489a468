"""Print the figures as JSON."""

import json

from benchmarks.dedup import measure

print(json.dumps(measure(), indent=2))
