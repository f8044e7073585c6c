"""Facts by chapter, beyond the rapid review: one file a chapter, one alias of its facts each. Room: review."""
