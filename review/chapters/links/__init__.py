"""A chapter of the protocol: links of mails."""
