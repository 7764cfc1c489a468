"""What is measured, and the floors below which no figure may fall. Reads ../shared/data, which is not in this repository."""
