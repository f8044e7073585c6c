"""How times, facts and deadlines are written in the record and in mails.

Pure. Titles of our own making; never a child's name or what happened.
"""

from collections.abc import Iterable
from datetime import date, datetime

from calendar_rules.lengths import london
from calendar_rules.notifying import Viewer
from review.facts import Fact
from review.facts.enums import Recommendation


def moment(at: datetime) -> str:
    """ "Fri 12 Jun 2026 23:59", London."""
    local = london(at)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"


def in_full(at: datetime) -> str:
    """ "Friday 12 June 2026, 23:59", London: as papers have it."""
    return f"{day(at)}, {london(at):%H:%M}"


def day(at: datetime) -> str:
    """ "Friday 12 June 2026", London."""
    local = london(at).date()
    return f"{local:%A} {dated(local)}"


def dated(one: date) -> str:
    """ "12 June 2026"."""
    return f"{one.day} {one:%B %Y}"


def of_fact(fact: Fact) -> str:
    """One sentence for the record."""
    return f"{fact.title}: {fact.about}" if fact.about else fact.title


def recommended(local: Recommendation | None, national: bool | None) -> str:
    """What is recommended, for papers and mails (R-7)."""
    seen = "" if national is None else f" A national review is {'' if national else 'not '}considered necessary."
    return f"{RECOMMENDED[local] if local else 'No recommendation is made yet.'}{seen}"


_CRITERIA = "The criteria for a local child safeguarding practice review are"
RECOMMENDED = {
    Recommendation.CRITERIA_MET: f"{_CRITERIA} met, and a review is recommended.",
    Recommendation.CRITERIA_MET_NO_REVIEW: f"{_CRITERIA} met, and no review is recommended.",
    Recommendation.CRITERIA_NOT_MET: f"{_CRITERIA} not met.",
}


_VIEWERS = {
    Viewer.DCS: "the DCS",
    Viewer.CHIEF_EXECUTIVE: "the Chief Executive",
    Viewer.LOCAL_AUTHORITY: "the accountable officer for the local authority",
    Viewer.HEALTH: "the accountable officer for health",
    Viewer.POLICE: "the accountable officer for the police",
}


def in_words_of(viewers: Iterable[Viewer]) -> str:
    """ "the DCS and the Chief Executive"."""
    *most, last = [_VIEWERS[viewer] for viewer in viewers]
    return f"{', '.join(most)} and {last}" if most else last
