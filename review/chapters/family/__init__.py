"""A chapter of the protocol: the children and the family."""
