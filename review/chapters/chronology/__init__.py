"""The chronology of a review."""
