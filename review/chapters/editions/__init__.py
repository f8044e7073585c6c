"""A chapter of the protocol: editions."""
