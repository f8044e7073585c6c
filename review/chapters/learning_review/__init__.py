"""A chapter of the protocol: learning review."""
