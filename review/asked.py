"""What a workflow is asked from outside, beside what it is told. Pure.

Each is sealed for its workflow, so that nobody else can ask; what is asked twice is done once.
"""

import re

from pydantic import AwareDatetime, ConfigDict

from calendar_rules.model import Model

WEEKLY_DIGEST = "weekly-digest"  # id of the engine's schedule (G-5)
MORNING_MAIL = "morning-mail"  # id of the engine's schedule, and the reference of its mails
_BY_SCHEDULE = re.compile(rf"({WEEKLY_DIGEST}|{MORNING_MAIL})-\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def scheduled_by(workflow: str) -> str | None:
    """The schedule that starts a workflow of this id, by Temporal's rule: its own id and the moment. Its start is
    sealed for the schedule, since the moment is not known beforehand."""
    found = _BY_SCHEDULE.fullmatch(workflow)
    return found[1] if found else None


class BeginAgain(Model):
    """Continue as new: this run is to end. A run that came after it is left alone."""

    model_config = ConfigDict(extra="forbid")

    run: str  # Temporal's id of it


class LookAgain(Model):
    """A meeting of the CRG, its people or the closed days have changed: how it stands is read again."""

    model_config = ConfigDict(extra="forbid")

    revision: int  # of the meeting, as the store counts them


class SendDigest(Model):
    """Send the digest of this week to whom it has not been sent yet."""

    model_config = ConfigDict(extra="forbid")

    schedule: str


class SendMorningMail(Model):
    """Send Today of this morning to whom it has not been sent yet."""

    model_config = ConfigDict(extra="forbid")

    schedule: str


class Progress(Model):
    """How far a case is with what it has to do now: for one that moves its clock."""

    at_rest: bool  # nothing is left to be carried out
    due: dict[str, AwareDatetime]  # its deadlines, by id
