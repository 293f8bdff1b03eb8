"""Approval before publishing: ask, approve (it goes out), send back. The notice is locked before its step."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.approvals import services as approvals
from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.clock import now
from apps.core.text import FALLBACK
from apps.delivery.services import Text, tell
from apps.notices import approval
from apps.notices.enums import NoticeState
from apps.notices.models import Notice
from apps.notices.services import publishing
from apps.notices.services.publishing import UnableToPublish
from apps.people.deputies import deputies_of
from apps.people.enums import DeputyScope
from apps.people.models import Person

STEP_NAME = {"zh-hant": "發布審批", "zh-hans": "发布审批", "en": "Approval before publishing"}


class UnableToApprove(Exception):
    """The decision cannot be taken; the text says why."""


@transaction.atomic
def ask_approval(*, notice: Notice, actor: Person, at: datetime | None = None) -> Notice:
    """Put a draft before the approver, as it is now. Asking again changes nothing. Raises UnableToPublish."""
    at = at or now()
    notice = Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    if notice.state == NoticeState.WAITING or notice.is_out:
        return notice
    if notice.state != NoticeState.DRAFT:
        raise UnableToPublish(_("Only a draft can be put up for approval."))
    publishing.check_ready(notice=notice, actor=actor, at=max(at, notice.publish_at or at))
    barred = approval.barred_from(notice, actor, at)
    notice.approval_digest = approval.digest_to_approve(notice)
    notice.approval_people = approval.count_people(notice, at)
    notice.save(update_fields=["approval_digest", "approval_people"])
    role = approval.role_to_ask(barred)
    approvals.ask(
        subject=notice, name=STEP_NAME, role=role, due_at=notice.publish_at, barred=barred, actor=actor, at=at
    )
    publishing.move(notice, NoticeState.WAITING, actor, "asked_approval", at)
    people = list(approval.holders(role, barred))
    people += [each for person in people for each in deputies_of(person, scope=DeputyScope.APPROVALS, at=at)]
    banned = {person.pk for person in barred}
    _tell([person for person in people if person.pk not in banned], "asked", notice, actor, "", at)
    return notice


@transaction.atomic
def approve(*, notice: Notice, step_id: int, version: int, actor: Person, at: datetime | None = None) -> Notice:
    """Say yes: it goes out now, or at its time if that is still to come. The same again changes nothing.

    Raises PermissionDenied for who is not asked, UnableToApprove when it was decided otherwise, taken back or changed,
    or when the notice can no longer go out.
    """
    at = at or now()
    notice, was_open = _decide(notice, step_id, StepState.APPROVED, actor, at, version=version)
    if not was_open:
        return notice
    if notice.approval_digest != approval.digest_to_approve(notice):
        raise UnableToApprove(_("The notice was changed after it was put up. Send it back."))
    later = notice.publish_at and notice.publish_at > at
    verb = publishing.schedule if later else publishing.publish
    try:
        out = verb(notice=notice, actor=notice.sender, at=at)
    except UnableToPublish as error:
        raise UnableToApprove(_("It cannot go out any more: %(reason)s Send it back.") % {"reason": error}) from error
    _tell([notice.sender], "approved", notice, actor, "", at)
    return out


@transaction.atomic
def send_back(
    *, notice: Notice, step_id: int, version: int, actor: Person, note: str, at: datetime | None = None
) -> Notice:
    """Say no, with the reason that the sender is told: it is a draft again. Raises as `approve`."""
    at = at or now()
    notice, was_open = _decide(notice, step_id, StepState.RETURNED, actor, at, version=version, note=note)
    if was_open:
        publishing.back_to_draft(notice, actor, "sent_back", at)
        _tell([notice.sender], "returned", notice, actor, note.strip(), at)
    return notice


def _decide(
    notice: Notice, step_id: int, decision: StepState, actor: Person, at: datetime, **given: object
) -> tuple[Notice, bool]:
    """The locked notice, and whether this call took the decision. Only a step of this notice counts."""
    notice = Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    step = Step.objects.about(notice).filter(pk=step_id).first()
    if step is None:
        raise UnableToApprove(_("No decision about this notice is asked for."))
    try:
        approvals.decide(step_id=step_id, actor=actor, decision=decision, at=at, **given)
    except approvals.UnableToDecide as error:
        raise UnableToApprove(str(error)) from error
    return notice, step.state == StepState.ASKED


def _tell(people: Iterable[Person], kind: str, notice: Notice, actor: Person, note: str, at: datetime) -> None:
    """One message each, the actor left out; the approver is led to the decision, the sender to the check page."""
    page = reverse("notices:approval" if kind == "asked" else "notices:preview", args=[notice.pk])
    texts = _texts(kind, notice, actor, note)
    for person in {person.pk: person for person in people if person.is_active and person != actor}.values():
        tell(person=person, source=f"notices.notice:{notice.pk}", texts=texts, target_url=page, actor=actor, at=at)


def _texts(kind: str, notice: Notice, actor: Person, note: str) -> dict[str, Text]:
    texts = {}
    for language in FALLBACK:
        with translation.override(language):
            title = notice.title.get(notice.shown_language(language), "")
            subject = {
                "asked": _("To approve: %(title)s"),
                "approved": _("Approved: %(title)s"),
                "returned": _("Sent back: %(title)s"),
            }[kind] % {"title": title}
            values = {"name": actor.name, "count": notice.approval_people or 0, "note": note}
            body = {
                "asked": _("%(name)s asks you to approve a mandatory notice to %(count)s people."),
                "approved": _("%(name)s approved the notice. It goes out now, or at the time that was set."),
                "returned": _("%(name)s sent the notice back: %(note)s"),
            }[kind] % values
            texts[language] = Text(subject=subject, text=f"{body}\n")
    return texts
