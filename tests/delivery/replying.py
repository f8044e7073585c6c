"""Replies as mail programs write them, plainly invented: what stands in each, and what it says."""

from email.message import EmailMessage
from email.policy import SMTP
from typing import NamedTuple

from delivery.replies.address import reply_address
from delivery.replies.words import Said, Word

MAILBOX = "case-reviews@partnership.example.org"
OURS = "<0123456789abcdef0123456789abcd@partnership.example.org>"
ADDRESS = reply_address(MAILBOX, OURS) or ""
OFFICER = "Sam Sample <sam.sample@police.example>"
RELAY = "mx.council.example"
PASSED = f"{RELAY}; dmarc=pass header.from=police.example"
QUESTION = "Please approve or send back the report (version 2) by Monday 9 March, on the page linked below."
MARK = "To answer by email, write your reply above this line."
QUOTED = f"\n\nOn Thu, 12 Nov 2026 at 10:04, Case reviews <\n{ADDRESS}> wrote:\n\n> {QUESTION}\n>\n> {MARK}\n"
OUTLOOK = (
    f"\n\nFrom: Case reviews <{ADDRESS}>\nSent: 12 November 2026 10:04\nTo: Sample, Sam <sam.sample@police.example>\n"
    f"Subject: CR-2026-014\n\n{QUESTION}\n\n{MARK}\n"
)
GERMAN = f"\n\nVon: Case reviews\nGesendet: Montag, 2. März 2026 10:04\nAn: Sam\nBetreff: CR-2026-014\n\n{QUESTION}\n"
WELSH = f"\n\nOddi wrth: Case reviews\nAnfonwyd: 12 Tachwedd 2026\nAt: Sam\nPwnc: CR-2026-014\n\n{QUESTION}\n"


def reply(text: str = "Approved", *, html: str | None = None, **headers: str) -> EmailMessage:
    """A reply of the officer's to a mail of ours, with these headers in the place of its own."""
    made = EmailMessage(policy=SMTP)
    given = {
        "From": OFFICER, "To": ADDRESS, "Subject": "RE: CR-2026-014: your sign-off is needed",
        "Message-ID": "<reply-1@police.example>", "In-Reply-To": OURS, "Authentication-Results": PASSED,
    } | {name.replace("_", "-"): value for name, value in headers.items()}  # fmt: skip
    for name, value in given.items():
        if value:
            made[name] = value
    if html is None:
        made.set_content(text)
    elif text:
        made.set_content(text)
        made.add_alternative(html, subtype="html")
    else:
        made.set_content(html, subtype="html")
    return made


class Case(NamedTuple):
    """A reply: its name, its text, what is said by it (None: a person reads it), and what is read of it."""

    name: str
    text: str
    said: Said | None = None
    wanted: str | None = None  # the text without quote and signature; None: not looked at
    html: str | None = None
    headers: dict[str, str] = {}


YES, NIL = Said(Word.APPROVE), Said(Word.NIL)


def back(reasons: str) -> Said:
    return Said(Word.SEND_BACK, reasons=reasons)


CASES = [
    Case("top-posted", f"Approved{QUOTED}", YES, "Approved"),
    Case("outlook", f"Approved.{OUTLOOK}", YES, "Approved."),
    Case("bottom-posted", f"On 12/11/2026 10:04, Case reviews wrote:\n> {QUESTION}\n>\n> {MARK}\n\nApproved\n", YES, "Approved"),
    Case("no quote at all", "I approve", YES),
    Case("with its version", f"I approve version 2{QUOTED}", Said(Word.APPROVE, 2)),
    Case("another way to name it", "Approved version 12.", Said(Word.APPROVE, 12)),
    Case("small and capital letters", "  APPROVED!  ", YES),
    Case("in quotation marks", "“Approved”", YES),
    Case("starred, as bold text becomes", "*Approved*", YES),
    Case("with a closing and a name", f"Approved\n\nKind regards\nSam Sample\nChief Superintendent{OUTLOOK}", YES, "Approved"),
    Case("with a name alone", "Approved\n\nSam", YES, "Approved"),
    Case("a signature that says who approved the paper", "I have a question.\n\n--\nApproved by the Sample Board 2024", None, "I have a question."),
    Case("only a signature that says approved", "-- \nApproved", None),
    Case("approved, but", "Approved, but change page 3", None),
    Case("approved, and more beneath", "Approved\n\nPage 3 names the school: take that out first.", None),
    Case("two answers that contradict", "Approved\nSend back: page 3 names the school", None),
    Case("approved, then not", "Approved\n\nNot approved", None),
    Case("not approved", "Not approved", None),
    Case("I do not approve", "I do not approve", None),
    Case("a question", "Approved?", None),
    Case("a thumb", "👍", None),
    Case("empty", f"{QUOTED}", None, ""),
    Case("nothing but blanks", " \n\n\t", None, ""),
    Case("approved somewhere else", "Thank you for the report.\nApproved", None),
    Case("yes", "Yes", None),
    Case("sent back", f"Send back: page 3 names the school.{QUOTED}", back("page 3 names the school.")),
    Case("sent back over lines", f"Send back: page 3.\n\nAnd page 4 names the hospital.\n\nRegards\nSam{OUTLOOK}", back("page 3.\n\nAnd page 4 names the hospital.")),
    Case("sent back with a dash", "Send back – too long", back("too long")),
    Case("sent back without reasons", "Send back:", None),
    Case("nil return", f"Nil return{QUOTED}", NIL),
    Case("nil return with more", "Nil return\nWe did have a call in 2021, though.", None),
    Case("no comments", "No comments", Said(Word.NO_COMMENT)),
    Case("accepted", "Accepted", Said(Word.ATTEND)),
    Case("declined", "I will not attend", Said(Word.NOT_ATTEND)),
    Case("German", f"Approved\n\nMit freundlichen Grüßen\nSam{GERMAN}", YES, "Approved"),
    Case("Welsh", f"Approved\n\nCofion\nSam{WELSH}", YES, "Approved"),
    Case("Welsh words are read by a person", "Cymeradwywyd", None, "Cymeradwywyd"),
    Case("HTML only", "", YES, "Approved", html=f"<p>Approved</p><div id=divRplyFwdMsg><b>From:</b> us</div><p>{QUESTION}</p>"),
    Case("HTML of Gmail", "", YES, "Approved", html=f'<div>Approved</div><div class="gmail_quote"><div class="gmail_attr">On 12 Nov, us wrote:</div><blockquote>{QUESTION}</blockquote></div>'),
    Case("HTML, answered beneath", "", YES, "Approved", html=f"<blockquote>{QUESTION}<br>{MARK}</blockquote><p>Approved</p>"),
    Case("quoted without a sign", f"Approved\n\n{QUESTION[:40]}\n{QUESTION[40:]}\n\n{MARK}\n\nDear Sam,\n", YES, "Approved"),
    Case("quoted without a sign, sent back over lines", f"Send back: page 3.\n\nPlease name no school.\n\n{QUESTION}\n\n{MARK}\n", back("page 3.\n\nPlease name no school.")),
    Case("written between what was asked and its mark", f"Please sign it.\n\nApproved\n\n{MARK}\n", None),
    Case("HTML quoted without a sign", "", YES, "Approved", html=f"<p>Approved</p><div style='display: none'>{QUESTION}</div><p>{QUESTION}</p><p>{MARK}</p><p>Dear Sam,</p>"),
    Case("HTML with a signature", "", YES, "Approved", html="<p>Approved</p><div id=Signature><p>Approved by nobody</p></div>"),
    Case("HTML with hidden style", "", YES, "Approved", html="<style>p{}</style><p>Appro&shy;ved</p>"),
    Case("plain text counts where there is both", "Approved", YES, html="<p>Send back: no</p>"),
    Case("forwarded by its subject", "Approved", None, headers={"Subject": "FW: CR-2026-014"}),
    Case("forwarded in its text", f"See below.\n\n---------- Forwarded message ----------\nApproved{QUOTED}", None, "See below."),
    Case("on behalf", "On behalf of Sam: approved", None),
    Case("sent by an assistant", "Approved", None, headers={"Sender": "pa@police.example"}),
    Case("signed on behalf", "Approved\n\nRegards\nSue, on behalf of Sam Sample", None),
    Case("from two people", "Approved", None, headers={"From": f"{OFFICER}, other@police.example", "Sender": "sam.sample@police.example"}),
    Case("out of office", "Approved", None, headers={"Auto_Submitted": "auto-replied"}),
    Case("out of office, by its subject", "Approved", None, headers={"Subject": "Automatic reply: CR-2026-014"}),
    Case("out of office of Exchange", "I am away.", None, headers={"X_Auto_Response_Suppress": "All"}),
    Case("of a mailing list", "Approved", None, headers={"Precedence": "bulk"}),
    Case("from nobody", "Approved", None, headers={"Return_Path": "<>"}),
]  # fmt: skip
