"""A chapter of the protocol: signing."""
