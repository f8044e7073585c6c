"""Delivery: files that people send. What a file is, whether it may be kept, and what stands in it. It knows no case."""
