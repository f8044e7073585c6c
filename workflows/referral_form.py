"""The Case Review Referral Form is kept with the case, as what was entered stands (flowchart, N-9)."""

from temporalio import workflow

from review.case.effects import EffectKey
from review.case.notices import Rendering
from review.chapters.referral.form import FORM, FORM_TITLE, form, form_cause, form_wanted
from workflows.case_run import CaseRun


async def referral_form_kept(run: CaseRun) -> None:
    """Made once the case is referred or notified; again when what it says is added to or corrected (N-9, X-2)."""

    def to_make() -> bool:
        return form_wanted(run.case) and EffectKey(form_cause(run.case)) not in run.case.done

    while True:
        await workflow.wait_condition(to_make)
        cause = form_cause(run.case)
        await run.make(Rendering(cause=cause, document=FORM, template=FORM, title=FORM_TITLE, n=form(run.case)))
