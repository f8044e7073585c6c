"""Settings: how often a process that serves looks for what nothing holds on to any more."""

import gc

AT_ONCE = 50_000  # objects made and not yet given back; with Python's own 700, a fifth of all work was looking


def look_seldom() -> None:
    """Look for circles of objects seldom: a case is a tree, and what is done with it is given back at once."""
    gc.set_threshold(AT_ONCE, 10, 10)
