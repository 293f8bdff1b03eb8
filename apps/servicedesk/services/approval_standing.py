"""Does an approval hold for the answers as they are now?"""

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.servicedesk.models import Request
from apps.servicedesk.sign_off import corrected_at, is_outdated, marks_of, missing_of, needed_of


def approval_stands(request: Request) -> bool:
    """Is everything approved that the plan needs, on the answers as they are now? Without a plan: was the last
    decision an approval?
    """
    if needed_of(request):
        return not missing_of(request)
    last = Step.objects.about(request).exclude(state=StepState.CANCELLED).order_by("-round", "-order").first()
    if last is None or last.state != StepState.APPROVED:
        return False
    return not is_outdated(last.decided_at, corrected_at(request), marks_of(request))
