"""Articles to documents, mappings, names, and the two backends that hold them."""
