"""The command line and the embedded stack: the outermost room, which may import every other."""
