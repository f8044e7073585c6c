"""The process: one durable workflow per case, in the protocol's order. No clock and no I/O but Temporal's."""
