"""What a deadline asks for, as a mail begins with it: "Send the rapid review request to the agencies"."""

from collections.abc import Mapping
from typing import Any

from delivery.words import plain

# By the id of the deadline, else by its rule. {agency}: its name; {called}: what people call it, in quotation marks.
_ACTS = {
    "A-1": "Complete the referral that was returned to {agency}",
    "A-3": "Consider the referral at a CRG meeting and record the outcome",
    "A-4": "Supply the information asked for",
    "A-5": "Complete the findings of the learning review",
    "B-4": "Send the advance copies to those who get them before publication",
    "D-1": "Notify the Panel of the incident",
    "D-2:ofsted": "Tell Ofsted of the death",
    "D-2:secretary-of-state": "Tell the Secretary of State of the death",
    "D-3": "Tell those who sign, the CRG Chair and the Independent Chair of the notification",
    "D-4": "Hold the CRG scoping meeting",
    "D-5": "Send the rapid review request to the agencies",
    "D-6": "Send the return of {agency}",
    "D-6-known": "Say whether {agency} knew the child or family",
    "D-7": "Submit the rapid review to the Panel",
    "D-9": "Get the Panel's response to the rapid review",
    "D-10": "Complete the practice review",
    "G-7": "Answer the concern about the review ({called})",
    "G-10": "Answer what was handed over to the sub-group ({called})",
    "G-11": "Carry out the action {called}",
    "K-5": "Reach the milestone {called} of the practice review",
    "K-5-monitoring": "Record how the partners have monitored the time and quality of the review",
    "K-8": "Publish the practice review on the day planned",
    "K-8-improvements": "Publish the information on improvements in place of the report",
    "N-5": "Record the steps taken for the safety of children",
    "N-7": "Give the views on notifying the Panel",
    "N-8": "Send the Business Unit its copy of the notification",
    "R-3": "Confirm that the senior officers of {agency} know of the request",
    "R-7": "Share the immediate learning of the rapid review",
    "R-13": "Get the Panel's acknowledgement and the date of its meeting",
    "R-15": "Agree the partners' decision and record it",
}
_CLOSE = "Agree to close the action {called}, or say what is missing"


def act(n: Mapping[str, Any]) -> str:
    """What is to be done, of the notice of a deadline; one that only an edition knows by its title."""
    id: str = n["rule_id"]
    words = _CLOSE if n.get("evidence_given") else _ACTS.get(id) or _ACTS.get(id.partition(":")[0])
    if words is None:
        return f'Complete "{n["title"]}"'
    agency, called = n.get("agency_name") or "the agency", n.get("called")
    if not called:
        words = words.replace(" ({called})", "").replace(" {called}", "")
    return words.format(agency=agency, called=f'"{called}"')


def act_in_subject(n: Mapping[str, Any]) -> str:
    """As `act`, without what people call it: subjects show on locked phones, and names are people's own words."""
    return act({**n, "called": None})


def owing(n: Mapping[str, Any]) -> str:
    """Who is responsible, as the subject of a sentence: "the Business Unit", an agency's name, "Dale Sample"."""
    if n["owner"] == "agency" and n.get("agency_name"):
        return str(n["agency_name"])
    if n["owner"] == "action-owner":
        return str(n.get("lead_name") or "the owner of the action")
    words = plain(n["owner"])
    return words if words.startswith("those ") else f"the {words}"
