"""A chapter of the protocol: any stage."""
