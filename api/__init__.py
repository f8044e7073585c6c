"""API: HTTP. Who is asking, what they said, what they may see. No opinion of its own on a case."""
