"""A chapter of the protocol: announcements."""
