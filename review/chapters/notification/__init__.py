"""A chapter of the protocol: notification."""
