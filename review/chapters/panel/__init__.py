"""A chapter of the protocol: panel."""
