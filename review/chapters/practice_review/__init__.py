"""A chapter of the protocol: practice review."""
