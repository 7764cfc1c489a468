"""From a request to a query and from an answer to a response; pure, and the same on every backend."""
