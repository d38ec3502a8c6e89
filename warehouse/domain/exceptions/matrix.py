"""What a site's own matrix makes of a finding: how severe it is here, and the answer given by itself."""

from collections.abc import Sequence
from dataclasses import replace

from warehouse.domain.codes import Severity
from warehouse.domain.exception_queue import Answer
from warehouse.domain.order_checks import Concern
from warehouse.domain.site import RuleChange, Site

NOTED = "Processed with a note, as the rules of the site say."


def weigh(concerns: Sequence[Concern], site: Site) -> tuple[Concern, ...]:
    """Give each finding the severity that the site has set for its type.

    Auto-reject refuses the order at the door; processing with a note lets it pass. What cannot be stored stays refused.
    """
    if not site.exception_rules:
        return tuple(concerns)
    return tuple(_weighed(concern, site.exception_rules.get(concern.type)) for concern in concerns)


def _weighed(concern: Concern, change: RuleChange | None) -> Concern:
    if change is None or concern.severity is Severity.BLOCK:
        return concern
    by_answer = {Answer.REJECT: Severity.BLOCK, Answer.PROCESS: Severity.NOTE}
    severity = by_answer.get(change.answer or Answer.FLAG) or change.severity or concern.severity
    return replace(concern, severity=severity)
