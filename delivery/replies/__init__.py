"""Mail that comes in: what a reply says, taken apart. Part of `delivery`; knows no case, decides nothing.

`read` takes the raw bytes and answers who wrote, to which of our addresses, and what stands above quote and signature;
`words` knows the few first lines that are an answer by themselves.
"""
