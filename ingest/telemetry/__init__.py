"""What operators see of the work: logs, metrics, traces. Nothing here decides anything or knows a room."""
