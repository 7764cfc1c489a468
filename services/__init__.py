"""Real services for tests and local runs, fetched once a machine.

Standard library only: this runs before anything is installed.
"""
