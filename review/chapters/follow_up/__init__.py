"""A chapter of the protocol: follow up."""
