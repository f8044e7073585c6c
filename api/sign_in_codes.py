"""API: one-time codes for signing in, for people without an account of the council's.

Mail goes beside the request that asked for it, and that request is answered before anybody is looked for: neither the
answer nor its time tells whether an address is in the directory.
"""

import asyncio
import secrets
from datetime import datetime
from enum import StrEnum

import structlog
from fastapi import Request

from api.auth import SIGNING_IN
from api.deps import Deps, deps_of
from delivery.mail import Mail, MailCarrier, MailNotTaken
from delivery.prose import Prose
from review.case.mailing import MailTrouble
from review.facts.directory import Directory, Person, Role
from store.sign_in_codes import GOOD_FOR, new_code

REFERENCE = "Sign-in"  # in the place of a case's
AT_ONCE = 4  # mails
PAUSES = (5.0, 30.0)  # seconds before a mail that is not taken is tried again; later the code is of little use

log = structlog.get_logger()


class Instead(StrEnum):
    """Why somebody of the directory is sent no code, but a mail that says so."""

    ACCOUNT = "account"  # the Business Unit has the council's accounts
    WAITS = "waits"  # nothing goes by a change that no second person has confirmed


class Codes:
    """Sends codes. `tasks` are those that are being sent."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._carrier, self._prose = MailCarrier.from_settings(deps.settings), Prose()
        self.tasks: set[asyncio.Task[None]] = set()

    def send(self, token: str, address: str, at: datetime) -> None:
        """Send a code to whoever has this address, beside whatever else is done."""
        task = asyncio.create_task(self._send(token, address, at), name="send a code")
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _send(self, token: str, address: str, at: datetime) -> None:
        try:
            directory = await self._deps.store.directory.read()
            for person in having(directory, address):
                why = instead(directory, person)
                code = None if why else new_code()
                if not await self._deps.store.sign_in_codes.give(token, person.id, person.email, code, at=at):
                    log.warning("sign-in-code-held-back", person=person.id)
                    continue
                async with self._turns:
                    await self._post(self._written(directory, person, code, why, at))
                log.info("sign-in-code-sent" if code else "sign-in-code-refused", person=person.id, why=why)
        except MailNotTaken as refused:
            log.warning("sign-in-code-not-sent", why=str(refused.trouble), code=refused.code)
        except Exception as error:  # noqa: BLE001  # nobody waits for it, and it may repeat an address
            log.error("sign-in-code-not-sent", why=type(error).__name__)

    async def _post(self, mail: Mail) -> None:
        for pause in (*PAUSES, None):
            try:
                await self._carrier.send(mail)
            except MailNotTaken as refused:
                if pause is None or refused.lasting or refused.trouble is MailTrouble.PERHAPS_DELIVERED:
                    raise
                await asyncio.sleep(pause)
            else:
                break

    def _written(
        self, directory: Directory, person: Person, code: str | None, why: Instead | None, at: datetime
    ) -> Mail:
        context = {
            "reference": REFERENCE,
            "partnership": directory.partnership,
            "to_name": person.name,
            "portal": f"{self._deps.settings.public_url}/sign-in",
            "n": {"code": code, "until": at + GOOD_FOR} if code else {"why": why},
        }
        words = self._prose.render_mail("sign-in-code" if code else "sign-in-no-code", context)
        return Mail(
            to_name=person.name,
            to_address=person.email,
            subject=words.subject,
            text=words.text,
            html=words.html,
            message_id=f"<{secrets.token_urlsafe(18)}@{self._carrier.domain}>",
            sent_at=at,
            reference=REFERENCE,
        )


def having(directory: Directory, address: str) -> list[Person]:
    """The active people of this address who sign in; several, where they share a mailbox."""
    wanted = plain(address)
    return [who for who in _signing_in(directory) if plain(who.email) == wanted]


def addresses(directory: Directory) -> dict[str, str]:
    """Where the codes of those go who may sign in by one, by their ids."""
    return {who.id: who.email for who in _signing_in(directory) if instead(directory, who) is None}


def _signing_in(directory: Directory) -> list[Person]:
    return [who for who in directory.people if who.active and {*who.roles} & {*SIGNING_IN}]


def instead(directory: Directory, person: Person) -> Instead | None:
    """Why this person is sent no code."""
    if Role.BUSINESS_UNIT in person.roles:
        return Instead.ACCOUNT
    return Instead.WAITS if directory.waits(person.id) else None


def plain(address: str) -> str:
    """An address as two of them are compared."""
    return address.strip().casefold()


def codes_of(request: Request) -> Codes:
    """What this process sends codes with."""
    state = request.app.state
    if not hasattr(state, "codes"):
        state.codes = Codes(deps_of(request))
    codes: Codes = state.codes
    return codes
