"""What every chapter of the protocol is made with."""
