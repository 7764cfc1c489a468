"""Searching the index and looking at one article."""

from __future__ import annotations
