"""Does an approval hold for the answers as they are now?"""

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.servicedesk.models import Request


def approval_stands(request: Request) -> bool:
    """Is the last decision an approval, given on the answers as they are now?"""
    last = Step.objects.about(request).exclude(state=StepState.CANCELLED).order_by("-round", "-order").first()
    if last is None or last.state != StepState.APPROVED:
        return False
    return not request.returns.filter(corrected_at__gt=last.decided_at).exists()
