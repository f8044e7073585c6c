"""`crg ui-views`: links that open the Temporal UI on the cases of a stage, on what is overdue, on what is due soon."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer


def ui_views(
    as_json: Annotated[bool, typer.Option("--json", help="print JSON: title and address of each")] = False,
) -> None:
    """Print links into the Temporal UI: all cases, overdue ones, those due soon, each stage, work that fails.

    Keep them as bookmarks; those of what is due soon are counted from now, so print them again.
    """
    from api.ui_views import address, views
    from crg.embedded.stack import settings_in_force

    settings = settings_in_force()
    found = {one.title: address(settings, one.query) for one in views(datetime.now(UTC))}
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    widest = max(map(len, found))
    for title, link in found.items():
        typer.echo(f"{title:<{widest}}  {link}")
