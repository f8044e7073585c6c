"""A chapter of the protocol: rapid review."""
