"""The page `docs/refusals.md`, the tree of all that is refused, made from its classes. Run as a module it writes it."""

import inspect
from collections.abc import Iterator
from pathlib import Path

from api.problems import OWN, STATUSES, store_problem_name
from review.kit.refusals import KINDS, Refused, all_refusals, kind_of
from store.errors import StoreError

PAGE = Path(__file__).parent.parent / "docs" / "refusals.md"
_HEAD = """# What is refused

Every refusal is of one of five kinds, which says why; the API answers each kind with a status of its own. A name is the
tail of the problem's `type`, and `GET /problems/NAME` says what it means ([api.md](api.md#problems)). Words in braces
are filled in. Made from the classes: [review/kit/refusals/](../review/kit/refusals),
[store/errors.py](../store/errors.py), [api/problems.py](../api/problems.py).

```
{tree}
```
"""


def refusals_page() -> str:
    """The whole page."""
    tree = (inspect.getdoc(Refused) or "").partition("\n\n")[2]
    parts = [_HEAD.format(tree=tree)]
    for kind in KINDS:
        parts += [f"\n## {kind.__name__}: {STATUSES[kind]:d}\n", "| name | what it says |", "|---|---|", *_of(kind)]
    parts += ["\n## Before a case is asked\n", "| name | status | what it says |", "|---|---|---|"]
    parts += [f"| `{name}` | {status:d} | {_plain(words)} |" for name, (status, words) in sorted(OWN.items())]
    return "\n".join(parts) + "\n"


def _of(kind: type[Refused]) -> Iterator[str]:
    said = {one.name(): one.sentence for one in all_refusals() if kind_of(one) is kind}
    stored = {store_problem_name(one): one.__doc__ or "" for one in StoreError.__subclasses__() if kind_of(one) is kind}
    yield from (f"| `{name}` | {_plain(words)} |" for name, words in sorted((stored | said).items()))


def _plain(words: str) -> str:
    return " ".join(words.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(refusals_page(), encoding="utf-8")
