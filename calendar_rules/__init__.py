"""Working days, lengths of time, deadlines and the dated editions of the protocol.

Pure: no clock, no network, no database.
"""
