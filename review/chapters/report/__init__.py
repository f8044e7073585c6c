"""A chapter of the protocol: report."""
