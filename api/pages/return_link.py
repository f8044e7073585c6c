"""The words for a return's link that can do nothing any more."""

from review.links import LinkState, ReturnLink


def why_not(link: ReturnLink) -> tuple[str, list[str]]:
    """Heading and sentences for a link that can do nothing any more."""
    match link.state:
        case LinkState.NOT_ASKED:
            return "No return is asked of your agency", [
                f"{link.agency_name} is not asked for a return in case {link.reference}.",
                "If you have something to tell the review, ask the Business Unit.",
            ]
        case LinkState.NOT_YOURS:
            return "This request is no longer yours", [
                f"Somebody else now answers for {link.agency_name} in case {link.reference}.",
                "If you think this is wrong, tell the Business Unit.",
            ]
        case LinkState.ENDED:
            return "The case has ended", [f"Case {link.reference} has ended, so no return is needed any more."]
        case _:
            held = (
                f"The rapid review meeting of case {link.reference} has been held, with your agency's return before it."
            )
            gone = f"The rapid review of case {link.reference} has been submitted to the Panel."
            return "Returns are closed", [
                held if link.given else gone,
                "If something in your return is wrong or missing, send the Business Unit a correction.",
            ]
