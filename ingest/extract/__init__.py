"""HTML to text blocks and page metadata; text passes through."""
