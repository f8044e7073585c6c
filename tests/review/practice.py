"""A practice review without an engine: the world of `tests.review.world`, with the rounds of sign-off that it needs."""

from datetime import date
from typing import Any

from calendar_rules.edition import load_edition
from review.chapters.involvement.chapter import children_open
from review.chapters.practice_review.identities import known_of_the_family
from review.chapters.practice_review.papers import REVIEW, SELECTION, TERMS
from review.facts import practice_review as say
from review.facts.enums import InvolvedGroup, ReviewMethod, SelectionCriterion, Verdict
from review.facts.involvement import AdvocacyConsidered, InvolvementExplained
from review.facts.panel import PanelAcknowledged
from tests.review.world import WHY, World, agree, decided, paper, speaker

HEADS = ["senior-police", "lead-school"]
ALL = dict.fromkeys(SelectionCriterion, 4)
TITLES = {TERMS: "Terms of reference", SELECTION: "Selection of a reviewer", REVIEW: "Practice review report"}


class Review(World):
    """A case whose partners have decided on a practice review, on Wednesday 1 July 2026 at 12:00."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.submit()
        self.say(PanelAcknowledged(meeting_date=self.now.date()))
        agree(self)
        self.wait("2026-07-01T12:00")
        self.say(decided())

    # --- the ways to a step ---

    def approve_all(self) -> None:
        """Everybody who is asked approves, round after round."""
        while one := next((one for one in self.case.rounds if one.open), None):
            for ask in one.asks:
                self.sign_for(ask.capacity)

    def sign_for(self, capacity: str, verdict: Verdict = Verdict.APPROVE) -> None:
        one = next(one for one in self.case.rounds if one.open)
        self.sign_in(one.id, one.ask_for(capacity).officer, capacity, verdict)

    def sign_in(self, round: str, officer: str, capacity: str, verdict: Verdict = Verdict.APPROVE) -> None:
        one = next(one for one in self.case.rounds if one.id == round)
        comments = WHY if verdict is Verdict.SEND_BACK else ""
        from review.facts.signing import SignOffGiven

        fact = SignOffGiven(
            round=round,
            officer=officer,
            capacity=capacity,
            sha256=one.document.sha256,
            verdict=verdict,
            comments=comments,
        )
        self.say(fact, speaker(officer, known=self.case.cast))

    def draft_terms(self, **more: Any) -> int:
        version = len(self.case.every(say.TermsDrafted)) + 1
        self.say(say.TermsDrafted(content=paper("terms-of-reference-draft", version), **more))
        return version

    def approve_terms(self) -> None:
        self.say(say.TermsSentForApproval(version=self.draft_terms()))
        self.approve_all()

    def candidate(self, id: str, *, scored: bool = True, **more: Any) -> None:
        """Somebody tenders; an independent reviewer is looked for."""
        if not self.case.last(say.MethodChosen):
            self.say(say.MethodChosen(method=ReviewMethod.INDEPENDENT_REVIEWER, reasons=WHY))
        self.say(say.CandidateEntered(**({"candidate": id, "name": f"Sample {id}", "day_rate": 450} | more)))
        if scored:
            self.say(say.CandidateScored(candidate=id, scores=ALL, reasons=WHY))

    def select(self) -> None:
        self.approve_terms()
        self.candidate("candidate-1")
        self.say(say.SelectionProposed(candidate="candidate-1", reasons=WHY))
        self.approve_all()

    def contract(self, days: float = 20) -> None:
        self.select()
        self.say(say.ContractIssued(candidate="candidate-1", day_rate=450, maximum_days=days, more_days=WHY))

    def draft_review(self, **more: Any) -> int:
        version = len(self.case.every(say.ReviewDrafted)) + 1
        given = {
            "content": paper("practice-review-draft", version),
            "agencies": ["police", "school"],
            "checked_for": [one.code for one in known_of_the_family(self.case)],
        }
        self.say(say.ReviewDrafted(**(given | more)))
        return version

    def sound(self, **more: Any) -> int:
        version = self.draft_review(**more)
        self.say(say.ReviewAssured(version=version, sound=True, attended=["chair"]))
        return version

    def comment(self) -> None:
        """A sound draft, and every early comment on it."""
        self.say(say.EarlyCommentSought(version=self.sound()))
        for officer in ("officer-local-authority", "deputy-health", "officer-police", "independent"):
            self.say(say.EarlyCommentGiven(officer=officer, comments=WHY))

    def explain(self) -> None:
        for group in InvolvedGroup:
            self.say(InvolvementExplained(group=group, reasons=WHY))
        for child in children_open(self.case):
            self.say(InvolvementExplained(child_id=child, reasons=WHY))
            self.say(AdvocacyConsidered(person=child, used=False, reasons=WHY))

    def final(self) -> None:
        """The final draft is out for sign-off."""
        self.contract()
        self.comment()
        self.explain()
        self.say(say.FinalDraftSent(version=len(self.case.every(say.ReviewDrafted))))

    def agree_report(self) -> None:
        self.final()
        self.approve_all()


def plan(day: str = "2026-09-01", **more: Any) -> say.PublicationPlanned:
    given: dict[str, Any] = {"managers": HEADS, "media": WHY, "communications": "Sample: Communications"}
    return say.PublicationPlanned(publication_date=date.fromisoformat(day), **(given | more))


def use(world: Review, edition: str) -> None:
    world.case.edition = load_edition(edition)
