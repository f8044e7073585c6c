"""The process: one durable workflow per case, stage by stage in the protocol's order. No clock, no I/O but Temporal's."""
