"""API: a report that a mail of ours could not be delivered makes that mail a failed duty of its case.

Believed is a report that names a mail of ours by its Message-ID, which only those know who had it, and its recipient;
and of which the trusted relay does not say that somebody else has written it. Any other is shown to a person.
"""

from api.broadcast import ON_BEHALF
from api.deps import Deps
from api.intake import Outcome
from api.pages.intake import say, why
from api.replies.judging import Judged
from delivery.answers import came_back_by
from delivery.replies.address import mail_of_message_id
from delivery.replies.machines import Bounce
from delivery.replies.reading import Reply
from review.case.mailing import TROUBLE_WORDS
from review.facts.links import MailUndelivered
from store.inbox import MessageStatus
from store.mail_log import Posted


async def came_back(deps: Deps, reply: Reply, bounce: Bounce, *, message: str) -> tuple[Judged, Outcome | None]:
    """What is shown of the report, and what its case says to it; None where a person reads it."""
    begins = mail_of_message_id(bounce.message_id or "") or reply.mail
    posted = await deps.store.mail_log.posted(begins) if begins else None
    status = f" (status {bounce.status})" if bounce.status else ""
    if posted is None:
        whom = bounce.recipients[0] if bounce.recipients else "somebody"
        return Judged(f"An email of ours to {whom} could not be delivered{status}."), None
    mail = posted.mail
    about = mail.subject.removeprefix(f"{posted.reference}: ")
    judged = Judged(f"Not delivered to {mail.to}{status}.", posted.reference, mail.person, about)
    if mail.to.lower() not in bounce.recipients:
        others = ", ".join(bounce.recipients) or "an address that is not named"
        return judged._replace(
            why=f"Sent to {mail.to}, and not delivered to {others}{status}: see whether it came."
        ), None
    if reply.denied:
        doubt = "The trusted relay says that this report is not from whom it names."
        return judged._replace(why=f"{judged.why} {doubt}"), None
    if not posted.notices or await deps.store.cases.stamp(posted.reference) is None:
        return judged, None
    return await _failed(deps, posted, bounce, judged, message)


async def _failed(
    deps: Deps, posted: Posted, bounce: Bounce, judged: Judged, message: str
) -> tuple[Judged, Outcome | None]:
    """A failed duty of the case, once; what has failed already or was sent again since changes nothing."""
    mail, trouble = posted.mail, came_back_by(bounce.status)
    mails = [one.model_dump(mode="json", exclude_defaults=True) for one in posted.notices]
    fact = MailUndelivered(cause=mail.cause, mails=mails, trouble=trouble)
    outcome = await say(deps, posted.reference, fact, message=message, by=ON_BEHALF)
    if outcome.status is MessageStatus.REFUSED:
        return judged._replace(why=f"{judged.why} {why(outcome)}"), outcome
    if outcome.status is MessageStatus.RECORDED:
        reading = await deps.readings.of(deps.store, posted.reference)
        if reading and any(one.key in reading.case.failed for one in posted.notices):
            await deps.store.mail_log.came_back(mail.message_id, trouble, TROUBLE_WORDS[trouble])
    return judged, outcome
