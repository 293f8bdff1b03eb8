"""Sign-off on a request's page: what is asked, who decides, what is still needed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.functional import cached_property

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.approvals.services import asks, capacity
from apps.people.enums import Role
from apps.people.models import Person
from apps.servicedesk.catalogue_enums import OfficePart, StepWho
from apps.servicedesk.enums import Product
from apps.servicedesk.models import Request
from apps.servicedesk.plan import PlannedStep, plan_from_json
from apps.servicedesk.services.answers import office_part_missing
from apps.servicedesk.services.plans import others_with
from apps.servicedesk.sign_off import mark, missing_of


@dataclass
class ApprovalPanel:
    """The steps of `item` as `user` sees them; `allowed`: what this person may do with it."""

    item: Request
    user: Person
    at: datetime
    allowed: Collection[str]

    @cached_property
    def steps(self) -> list[Step]:
        rows = Step.objects.about(self.item).select_related("approver", "decided_by", "on_behalf_of", "unit")
        return list(rows)

    @cached_property
    def missing(self) -> list[PlannedStep]:
        """What the plan asks for and nobody has approved."""
        return missing_of(self.item, self.steps)

    @property
    def is_needed(self) -> bool:
        """By the plan; and nothing is sealed that nobody approved, whatever the plan says."""
        if self.item.gives == Product.SEAL_USE:
            return bool(self.missing) or all(step.state != StepState.APPROVED for step in self.steps)
        return bool(self.missing)

    @property
    def to_be_asked(self) -> str:
        """Whose approval is still to be asked for; "" where none is needed."""
        if not self.is_needed:
            return ""
        return str(self.missing[0]) if self.missing else str(Role.DIRECTOR.label)

    @cached_property
    def open_steps(self) -> list[Step]:
        """What is asked for and not decided."""
        return [step for step in self.steps if step.state == StepState.ASKED]

    @cached_property
    def step_to_decide(self) -> Step | None:
        """The step that waits for this person's decision."""
        if "approve" not in self.allowed:
            return None
        return next((step for step in self.open_steps if self.may_decide(step)), None)

    def may_decide(self, step: Step) -> bool:
        try:
            capacity(step, self.user, self.at)
        except PermissionDenied:
            return False
        return True

    @cached_property
    def deciding_for(self) -> Person | None:
        """For whom a deputy decides; None when it is one's own to decide."""
        step = self.step_to_decide
        return None if step is None else capacity(step, self.user, self.at)

    @property
    def is_own(self) -> bool:
        """Is this person asked by role, but about the own request?"""
        return any(self.user.pk in step.barred and asks(step, self.user) for step in self.open_steps)

    @property
    def asked_instead(self) -> str:
        """The role that decides because the usual one is not there, or would decide about itself; for the office."""
        if not self.user.is_office:
            return ""
        usual = {mark(step.name): usual_role(step) for step in plan_from_json(self.item.plan)}
        for step in self.open_steps:
            if step.role and step.role != usual.get(mark(step.name), Role.DIRECTOR):
                return str(Role(step.role).label)
        return ""

    @cached_property
    def waits_for_nobody(self) -> Step | None:
        """A step whose role nobody holds who may decide it, or whose person has left; for the office (one query an
        open step).
        """
        if not self.user.is_office:
            return None
        return next((step for step in self.open_steps if not has_decider(step)), None)

    @cached_property
    def office_part_missing(self) -> str:
        """What the office has to fill in before it can ask; "" where nothing keeps it."""
        if not self.is_needed or self.item.service.office_part != OfficePart.BEFORE_APPROVAL:
            return ""
        return office_part_missing(self.item)


def usual_role(step: PlannedStep) -> str:
    return Role.UNIT_HEAD if step.who == StepWho.HEAD else step.role


def has_decider(step: Step) -> bool:
    if step.approver_id:
        return step.approver.is_active
    found = others_with(step.role, step.barred)
    return (found.with_post(step.role, [step.unit_id]) if step.unit_id else found).exists()
