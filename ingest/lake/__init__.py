"""Raw documents kept for ever, hand-overs between tasks, and the quarantine."""
