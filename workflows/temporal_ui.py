"""How a case is seen in the Temporal UI: its details, and the search attributes by which it is listed.

References, offices and dates only, never a person. What cannot be shown of a case never stops it.
"""

from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributePair, SearchAttributeUpdate, TypedSearchAttributes

from review.case import reads
from review.case.state import CaseState
from workflows import names
from workflows.details import in_markdown


class TemporalUI:
    """Shows one run of a case. `now` is the case's clock (UTC)."""

    def __init__(self, case: CaseState) -> None:
        self.case = case

    def show(self, now: datetime) -> None:
        """Set the current details; what cannot be shown is shown as such."""
        try:
            details = in_markdown(self.case, now)
        except (ValueError, ArithmeticError, LookupError) as problem:
            details = (
                f"**{self.case.reference}** cannot be shown here ({type(problem).__name__}): see it in the portal."
            )
        workflow.set_current_details(details)

    def index(self, now: datetime) -> None:
        """Set the search attributes that have changed; the stage alone, where the others cannot be told.

        A run that has begun again has those of the run before it.
        """
        try:
            attributes = search_attributes(self.case, now)
        except (ValueError, ArithmeticError, LookupError):
            attributes = TypedSearchAttributes([SearchAttributePair(names.CASE_STAGE, str(self.case.stage))])
        shown = {pair.key.name: pair.value for pair in workflow.info().typed_search_attributes}
        fresh: list[SearchAttributeUpdate[Any]] = [
            pair.key.value_set(pair.value)
            for pair in attributes.search_attributes
            if shown.get(pair.key.name) != pair.value
        ]
        if reads.next_deadline(self.case) is None and names.NEXT_DEADLINE.name in shown:
            fresh += [names.NEXT_DEADLINE.value_unset(), names.NEXT_DEADLINE_AT.value_unset()]
        if fresh:
            workflow.upsert_search_attributes(fresh)


def search_attributes(case: CaseState, now: datetime) -> TypedSearchAttributes:
    """What the Temporal UI can filter by: the stage and the dates of a case."""
    pairs: list[SearchAttributePair[Any]] = [
        SearchAttributePair(names.CASE_STAGE, str(case.stage)),
        SearchAttributePair(names.CASE_ROUTE, str(case.route)),
        SearchAttributePair(names.OVERDUE, any(deadline.overdue(now) for deadline in case.deadlines.values())),
        SearchAttributePair(names.EDITION, case.edition.id),
    ]
    if upcoming := reads.next_deadline(case):
        pairs += [
            # By its rule: that it is the next officer's or agency's turn is no reason to write it again.
            SearchAttributePair(names.NEXT_DEADLINE, upcoming.rule),
            SearchAttributePair(names.NEXT_DEADLINE_AT, upcoming.due),
        ]
    return TypedSearchAttributes(pairs)
