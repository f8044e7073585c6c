"""The order of the tests: the files that take longest first, so that no core idles while the last one ends."""

import os

import pytest

# The servers that tests start do not spread over the cores: every worker has its own, and spreading costs more than it
# brings.
os.environ.setdefault("GOMAXPROCS", "1")

LONGEST = (
    "rehearsal/test_examples.py",
    "workflows/test_paths.py",
    "workflows/test_referrals.py",
    "workflows/test_practice_review.py",
    "api/test_next_steps.py",
    "api/test_outages.py",
    "rehearsal/test_commands.py",
    "workflows/test_going_on.py",
    "embedded/test_stack.py",
    "workflows/test_editions.py",
    "api/test_bad_input.py",
    "workflows/test_follow_up.py",
    "api/test_agency_part.py",
    "api/test_openapi.py",
    "review/test_any_order.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the order within each file."""
    items.sort(key=lambda item: next((n for n, name in enumerate(LONGEST) if name in str(item.path)), len(LONGEST)))
