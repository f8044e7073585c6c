"""A chapter of the protocol: crg."""
