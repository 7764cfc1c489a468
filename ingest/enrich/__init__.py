"""Language, dates with evidence, byline and publisher."""
