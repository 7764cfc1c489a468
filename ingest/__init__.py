"""Broadsheet: clean scraped news articles, keep a record of what was removed, and index them."""
