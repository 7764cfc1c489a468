"""Where documents come from, how their bytes become text, and where their identity is minted."""
