"""The protocol's vocabulary and rules, pure: facts, the state of a case, refusals. No SQL, no HTTP, no Temporal."""
