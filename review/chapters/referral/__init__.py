"""A chapter of the protocol: referral."""
