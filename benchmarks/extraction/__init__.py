"""How well extraction finds the article in labelled pages."""
