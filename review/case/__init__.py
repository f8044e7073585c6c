"""The state of a case: its fields, and what is read from them."""
