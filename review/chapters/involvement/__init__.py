"""A chapter of the protocol: involvement."""
