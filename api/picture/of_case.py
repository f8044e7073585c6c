"""The pictures of one case, drawn for a page: each with its key and, in its lines, the same as a table."""

from typing import NamedTuple

from markupsafe import Markup

from api.picture.draw import key, narrow, wide
from api.picture.made import Picture, Steps, pictures
from api.visibility import CaseOut, DeadlinesOut
from review.case.state import CaseState


class Drawn(NamedTuple):
    """One picture as the page shows it."""

    picture: Picture
    wide: Markup
    narrow: Markup
    key: list[tuple[Markup, str]]


def drawn(view: CaseOut | DeadlinesOut, case: CaseState) -> list[Drawn]:
    """The pictures of a case, the one of its present stage first."""
    steps = _steps(view) if isinstance(view, CaseOut) else Steps(known=False)
    return [
        Drawn(one, wide(one, view.reference), narrow(one, view.reference), key(one))
        for one in pictures(view.deadlines, view.plan, steps, case.calendar, view.case_now)
    ]


def _steps(view: CaseOut) -> Steps:
    last = {one.kind: one.happened_at for one in view.facts if not one.corrected_by}
    return Steps(
        meeting_at=view.rapid_review_meeting_at,
        meeting_held_at=last.get("rapid-review-meeting-held"),
        draft_out_at=last.get("draft-sent-for-sign-off"),
    )
