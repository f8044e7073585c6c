"""Telling of a change of the directory (R-11). Touches the directory's versions and mail."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.heart import beating
from activities.mail import MailActivities
from activities.orders import TELL_OF_DIRECTORY, SendNotice
from review.case.mailing import NotTaken
from review.directory_news import DirectoryTold, notices
from review.facts.directory import Directory

PAGE = "directory"


class Versions(Protocol):
    """Where the versions of the directory are read."""

    async def read(self, version: int | None = None) -> Directory: ...

    async def made_by(self, version: int) -> tuple[str, datetime]: ...


@dataclass(frozen=True)
class DirectoryActivities:
    """Writes to those who must hear of a change. What was sent before a crash is not sent again."""

    versions: Versions
    mail: MailActivities

    @activity.defn(name=TELL_OF_DIRECTORY)
    async def tell_of_directory(self, told: DirectoryTold) -> None:
        """All mails of one version. One address that takes no mail holds no other; what can be tried again is."""
        held, new = await self.versions.read(told.version - 1), await self.versions.read(told.version)
        by, at = await self.versions.made_by(told.version)
        again: list[NotTaken] = []
        async with beating():
            for notice in notices(held, new, by):
                order = SendNotice(
                    reference=f"directory-{told.version}",
                    partnership=new.partnership,
                    notice=notice,
                    at=at.astimezone(UTC),
                    page=PAGE,
                    tries=activity.info().attempt - 1,
                )
                outcome = await self.mail.send(order)
                if isinstance(outcome, NotTaken) and outcome.again_after is not None:
                    again.append(outcome)
        if again:
            waits = [one.again_after for one in again if one.again_after is not None]
            raise ApplicationError(again[0].words, type=again[0].trouble, next_retry_delay=min(waits))
