"""Names in words: of people and agencies by their ids, of who owes a step, in a step's title, and in running text."""

import re
from collections.abc import Callable, Collection

from delivery.words import plain
from review.facts.directory import Directory, Partner, Role
from review.listed import WaitingRow, owed_by

_A_CHILD = "a child of the case"  # in a step's title: which one stands beside it, and mails name none

_CODE = re.compile(r"(?<![\w-])[a-z]+(?:[-:][a-z0-9]+)+(?![\w-])")
_RULE = re.compile(r"(?P<rule>[A-Z]-\d+[a-z-]*):(?P<subject>[\w:.-]+)(?= )")
_PAPERS = (
    *("rapid-review", "practice-review", "learning-review", "terms-of-reference", "reviewer-selection"),
    *("covering-letter", "meeting-record", "returns-pack", "referral-form", "review-contract", "review-delay-letter"),
    *("returns-request", "learning-findings", "publication-plan", "partners-decision", "information-asked"),
)
_OF_A_PAPER = re.compile(rf"(?P<paper>{'|'.join(_PAPERS)})(?P<draft>-draft)?(?:-(?P<version>\d+)(?:-[a-z-]+)?)?")
_OF_AN_AGENCY = {  # what stands before the agency's id, and in words
    "agency-": "",
    "request-": "request to ",
    "return-": "return of ",
    "chronology-": "chronology of ",
}
_ADDRESSEE = re.compile(r"(?<=[Ee]mail to )[a-z0-9][a-z0-9-]+|(?<=Record how )[a-z0-9][a-z0-9-]+(?= was told)")
_WORDS = {*Role, *Partner, "crg-chair"}

Namer = Callable[[str], str]  # ids of people and agencies in words; an id that it does not know stands for itself


def who_owes(one: WaitingRow, name: Namer) -> str:
    """An agency by its name; else the offices whose step it is, not the Business Unit that may record it for them."""
    if one.agency:
        return f"agency ({name(one.agency)})"
    return " or ".join(plain(role) for role in owed_by(one))


def namer(directory: Directory, *, whole: bool, own: Collection[str] = ()) -> Namer:
    """Ids of people and agencies in words; only those who see a whole case see people's names, and an agency those of
    its own.
    """
    names = (directory.former_people if whole else {}) | directory.agency_names
    led = {who for one in directory.agencies if one.id in own for who in (one.safeguarding_lead, one.senior_officer)}
    names |= {who.id: who.name for who in directory.people if whole or who.agency in own or who.id in led}
    return lambda id: names.get(id, id)


def paper_called(title: str, document: str, name: Namer) -> str:
    """The title of a paper, with the agency that it is of or to, where it is of one or to one."""
    for prefix in _OF_AN_AGENCY:
        if (agency := document.removeprefix(prefix)) != document and name(agency) != agency:
            return f"{title}, {name(agency)}"
    return title


def in_names(text: str, about: str | None, name: Namer) -> str:
    """A step's title with the name of what it is about in place of the id, and of whom an email did not reach."""
    text = _ADDRESSEE.sub(lambda found: name(found[0]), text)
    if about and _A_CHILD in text and name(about) != about:
        return text.replace(_A_CHILD, name(about))
    return re.sub(rf"(?<![\w-]){re.escape(about)}(?![\w-])", lambda _: name(about), text) if about else text


def decoded(text: str, name: Namer) -> str:
    """Running text of the system's own with words in place of codes: "practice-review-2-crg:crg-chair" is "practice
    review, version 2, CRG Chair". What people have written is not sent through here.
    """
    text = _RULE.sub(lambda found: f"{found['rule']} ({subject_words(found['subject'], name)}):", text)
    return _CODE.sub(lambda found: subject_words(found[0], name), text)


def subject_words(subject: str, name: Namer) -> str:
    """What a deadline or a line of the record is about, in words; what is no code of ours stays."""
    if ":" not in subject and name(subject) != subject:
        return name(subject)  # an agency, which can bear the id of a partner
    return ", ".join(_word(part, name) for part in subject.split(":"))


def _word(part: str, name: Namer) -> str:
    if part.isdigit():
        return f"version {part}"
    if part in _WORDS:
        return plain(part)
    for prefix, words in _OF_AN_AGENCY.items():
        if (agency := part.removeprefix(prefix)) != part and name(agency) != agency:
            return words + name(agency)
    if found := _OF_A_PAPER.fullmatch(part):
        draft = " draft" if found["draft"] else ""
        return found["paper"].replace("-", " ") + draft + (f", version {found['version']}" if found["version"] else "")
    return name(part)
