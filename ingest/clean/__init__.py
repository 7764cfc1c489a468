"""Text to article body and a ledger of labelled spans."""
