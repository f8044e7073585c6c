"""A chapter of the protocol: information."""
