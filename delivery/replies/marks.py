"""The words by which quotes and signatures are known, in English, Welsh and German."""

import re

# Stands beneath the first line of a mail that can be answered; that line begins with the word "Please".
MARK = "To answer by email, write your reply above this line"
ASKED = re.compile(r"^[\s>|*]*Please\b")
LONGEST, MOST_LINES = 20_000, 600  # what people write stands at the top; the rest is quoted

QUOTED = re.compile(r"^\s*[>|]")
MARKED = re.compile(rf"^[\s>|*#=_-]*{MARK}", re.IGNORECASE)
RULE = re.compile(r"^\s*[_=*-]{5,}\s*$")
ORIGINAL = re.compile(
    r"^[\s>*-]*(original message|original appointment|forwarded message|begin forwarded message|"
    r"ursprüngliche nachricht|weitergeleitete nachricht|neges wreiddiol)\b[\s:*-]*$",
    re.IGNORECASE,
)
# The headers that a mail program writes above what it quotes; two more must follow a first.
HEADER = re.compile(
    r"^\s*\*?(from|sent|date|to|cc|subject|reply-to|importance|when|where|"
    r"von|gesendet|datum|an|betreff|"
    r"oddi wrth|anfonwyd|dyddiad|at|pwnc|copi)\*?\s?:\*?(\s|$)",
    re.IGNORECASE,
)
FIRST_HEADER = re.compile(r"^\s*\*?(from|von|oddi wrth)\*?\s?:", re.IGNORECASE)
# "On Thu, 12 Nov 2026 at 10:04, Case reviews <...> wrote:", over some lines
ATTRIBUTION = re.compile(
    r"^\s*(on|ar|am|le)\b(?=[^\n]*\d).{0,400}?(\b(wrote|schrieb|ysgrifennodd|a écrit)\b.{0,200})\s?:\s*$",
    re.IGNORECASE | re.DOTALL,
)
CLOSING = re.compile(
    r"^(kind(est)? regards|best regards|warm(est)? regards|regards|kr|best wishes|best|all the best|with thanks|"
    r"many thanks|thank you|thanks|thanks again|yours sincerely|yours faithfully|yours|cheers|"
    r"mit freundlichen grüßen|viele grüße|freundliche grüße|"
    r"cofion gorau|cofion|cofion cynnes|yn gywir|diolch|diolch yn fawr)[\s,.!]*$",
    re.IGNORECASE,
)
SENT_FROM = re.compile(r"^(sent from (my|outlook|mail|yahoo)|get outlook for|anfonwyd o|von meinem .* gesendet)", re.I)
# A last line of its own that is a name: never one with a word that might decide something.
NAME = re.compile(r"^[A-ZÀ-Þ][\w'’.-]*(\s+(\(?[A-ZÀ-Þ][\w'’.-]*\)?)){0,2}$")
NO_NAME = re.compile(
    r"\b(approv\w*|agree\w*|accept\w*|declin\w*|reject\w*|refus\w*|nil|return\w*|send|sent|back|not|no|yes|but|except|"
    r"unless|wait|attend\w*|sign\w*|comment\w*|version|stop|withdraw\w*|object\w*|cymerad\w*|cytun\w*|nein|ja)\b",
    re.IGNORECASE,
)
BEHALF = re.compile(r"\b(on behalf of|p\.?p\.? |for and on behalf|im auftrag|ar ran)\b", re.IGNORECASE)
