"""Which limb of the definition of a notifiable incident is met (§1, N-1). The system advises, people decide."""

from calendar_rules.edition import Edition, NotificationKind
from calendar_rules.lengths import london
from calendar_rules.model import Model
from review.facts import Child
from review.facts.enums import Harm, Neglect, Place
from review.facts.notification import IncidentReported


class Advice(Model):
    """`limb` is "a", "b" or None; `why` says which, or why none is."""

    limb: str | None
    why: str


def advise(incident: IncidentReported) -> Advice:
    """Limb (a): dies or is seriously harmed in the area; (b): outside England while normally resident (§1)."""
    gaps = []
    if incident.abuse_or_neglect is Neglect.NOT_SUSPECTED:
        gaps.append("abuse or neglect is neither known nor suspected")
    harmed = [child for child in incident.children if child.harm is not Harm.NOT_HARMED]
    none = [why for child in harmed if (why := _no_child(child, incident))]
    if not harmed:
        gaps.append("no child has died or been seriously harmed")
    elif len(none) == len(harmed):
        whose = ", ".join(dict.fromkeys(none))
        gaps.append(f"nobody who died or was seriously harmed was a child at the time ({whose})")
    if incident.place is Place.ELSEWHERE_IN_ENGLAND:
        gaps.append("it happened in England outside the local authority's area; that area's authority notifies")
    if incident.place is Place.OUTSIDE_ENGLAND and not incident.normally_resident:
        gaps.append("it happened outside England to a child not normally resident in the area")
    if gaps:
        return Advice(limb=None, why=f"Neither limb of the definition is met: {'; '.join(gaps)}.")
    if incident.place is Place.IN_AREA:
        return Advice(
            limb="a",
            why=(
                "Meets limb (a) of the definition: abuse or neglect is known or suspected and a child died or was "
                "seriously harmed in the local authority's area."
            ),
        )
    return Advice(
        limb="b",
        why=(
            "Meets limb (b) of the definition: abuse or neglect is known or suspected and a child normally resident "
            "in the area died or was seriously harmed outside England."
        ),
    )


class NotificationAdvice(Model):
    """Which kind of notification the incident looks like, and whether a rapid review would follow (B-1)."""

    kind: NotificationKind | None
    title: str = ""
    rapid_review: bool = False
    why: str


def advise_notification(incident: IncidentReported, edition: Edition) -> NotificationAdvice:
    """The kind of notification by the incident's facts, among those that the edition knows (B-1)."""
    limb = advise(incident)
    harmed = [child for child in incident.children if child.harm is not Harm.NOT_HARMED]
    young = [child for child in harmed if not _no_child(child, incident) and not _grown(child, incident)]
    if limb.limb and young:
        return _advised(edition, NotificationKind.DEATH_OR_SERIOUS_HARM, limb.why)
    died = [child for child in harmed if child.harm is Harm.DIED]
    if NotificationKind.DEATH_IN_CARE_WITHOUT_ABUSE in edition.notifications and any(one.in_care for one in died):
        why = "A child in care died; abuse or neglect is neither known nor suspected."
        return _advised(edition, NotificationKind.DEATH_IN_CARE_WITHOUT_ABUSE, why)
    leaver = edition.notifications.get(NotificationKind.CARE_LEAVER_DEATH)
    for one in [one for one in died if leaver and one.care_leaver]:
        age, up_to = _age(one, incident), leaver.up_to_age if leaver else None
        if age is None:
            why = f"A care leaver died; the date of birth is not given: check the age, which counts up to {up_to}."
            return _advised(edition, NotificationKind.CARE_LEAVER_DEATH, why)
        if up_to is None or age <= up_to:
            why = f"A care leaver died at the age of {age}, which counts up to and including {up_to}."
            return _advised(edition, NotificationKind.CARE_LEAVER_DEATH, why)
    return NotificationAdvice(kind=None, why=limb.why if not limb.limb else "Nobody under 18 died or was harmed.")


def _advised(edition: Edition, kind: NotificationKind, why: str) -> NotificationAdvice:
    known = edition.notifications[kind]
    return NotificationAdvice(kind=kind, title=known.title, rapid_review=known.rapid_review, why=why)


def _no_child(child: Child, incident: IncidentReported) -> str | None:
    """Why the definition, which is of people under 18, does not reach this one; None where it does or may (§1)."""
    if child.unborn:
        return "not yet born"
    age = _age(child, incident)
    if age is None:
        return None
    return "born after the incident" if age < 0 else f"aged {age}" if age >= 18 else None


def _grown(child: Child, incident: IncidentReported) -> bool:
    """A care leaver of age: not a child, so that the definition does not reach them (§1)."""
    age = _age(child, incident)
    return child.care_leaver and (age is None or age >= 18)


def _age(child: Child, incident: IncidentReported) -> int | None:
    """Whole years at the incident, by London's date."""
    return child.age_on(london(incident.incident_at).date())
