"""What of an edition can be carried out as it stands, and is hardly meant so. Pure."""

from calendar_rules.edition import Edition
from calendar_rules.lengths import Side, Unit


def doubts(edition: Edition) -> list[str]:
    """What can be carried out as it stands, and is hardly meant so; one sentence for each key.

    Hours before or after a deadline that is due at the end of a day are hours before or after 23:59:59.
    """
    return [
        f'deadlines.{rule.id}.reminders.{one.name}: "{one.when}" of a deadline of "{rule.length}" is at 23:59, because '
        'that is due at the end of a day; write working days, or "on the day", or give the deadline a length in hours'
        for rule in edition.deadlines.values()
        if rule.length.unit not in (Unit.HOURS, Unit.WORKING_HOURS, Unit.AT_ONCE)
        for one in rule.reminders
        if one.when.length and one.when.length.unit in (Unit.HOURS, Unit.WORKING_HOURS) and one.when.side is not Side.IN
    ]
