"""API: links of mails taken back: what was revoked, and revoking it, by REST and by page alike (R-11)."""

from typing import Self

from pydantic import AwareDatetime, ConfigDict, Field, model_validator

from api.auth import Caller
from api.deps import Deps
from api.problems import Problem, invalid
from calendar_rules.model import Model
from review.case.state import CaseState
from review.kit.live_links import live_links
from store.links import ANY, Revocation

_Id = Field(default=None, min_length=1, max_length=200)


class RevocationOut(Model):
    """Links that were revoked: those made until then, of all that is not named."""

    reference: str | None
    subject: str | None
    person: str | None
    reason: str
    by: str
    at: AwareDatetime


class RevocationList(Model):
    """Revocations, newest first."""

    items: list[RevocationOut]


class Revoke(Model):
    """Which links are revoked: those of a case, of a round or agency in it, of a person; or, with `all`, every one."""

    model_config = ConfigDict(extra="forbid")

    reference: str | None = _Id
    subject: str | None = _Id
    person: str | None = _Id
    all: bool = Field(default=False, description="every link of every case; name nothing else then")
    reason: str = Field(min_length=1, max_length=2000, pattern=r"\S")

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        named = bool(self.reference or self.person)
        if named is self.all:
            raise ValueError("name a case or a person, or give all as true to revoke every link; not both")
        if self.subject and not self.reference:
            raise ValueError("name the case of this subject, too")
        return self


async def list_revoked_items(deps: Deps) -> list[RevocationOut]:
    """All that was revoked, newest first."""
    return [out(one) for one in await deps.store.links.revocations()]


async def revoke(deps: Deps, caller: Caller, body: Revoke) -> RevocationOut:
    """Revoke as the caller. What names nobody and nothing is refused: no link would end by it."""
    if unknown := await _unknown(deps, body):
        raise invalid(unknown)
    done = Revocation(
        body.reference or ANY, body.subject or ANY, body.person or ANY, body.reason, caller.sub, deps.now()
    )
    await deps.store.links.revoke(**done._asdict())
    return out(done)


async def _unknown(deps: Deps, body: Revoke) -> dict[str, str]:
    """What is named and is not there, by field. Raises a 404 problem where it is the case."""
    found: dict[str, str] = {}
    if body.reference:
        snapshot = await deps.store.cases.get(body.reference)
        if snapshot is None:
            raise Problem("unknown-case")
        mailed = [one.link.subject for one in await deps.store.mail_log.of_case(body.reference) if one.link]
        subjects = {*mailed, *(subject for _, subject, _ in live_links(CaseState.model_validate(snapshot.state)))}
        if body.subject and body.subject not in subjects:
            found["subject"] = "is what no link of this case is about; GET the links of the case"
    if body.person and body.person not in {one.id for one in (await deps.store.directory.read()).people}:
        found["person"] = "is nobody in the directory"
    return found


def out(one: Revocation) -> RevocationOut:
    named = {"reference": one.reference or None, "subject": one.subject or None, "person": one.person or None}
    return RevocationOut(**named, reason=one.reason, by=one.by, at=one.at)
