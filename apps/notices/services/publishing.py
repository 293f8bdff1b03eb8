"""Publish now or at a time; finish what is unfinished; end what is over."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.approvals.services import call_off
from apps.core.clock import now
from apps.core.numbers import issue_number
from apps.delivery.enums import Queue
from apps.journal.services import record
from apps.notices import approval, audience_scope, ladder, preview
from apps.notices.enums import NoticeState
from apps.notices.models import Notice, Round
from apps.notices.rules import can_address_all, can_edit, can_send_urgently
from apps.notices.services.chunks import fan_out
from apps.notices.services.editions import keep_first_edition
from apps.notices.services.nudges import nudge
from apps.notices.services.rounds import complete_round, start_first_round
from apps.notices.services.steps import plan_steps
from apps.people.models import Person

SERIES = "notice"
REFUSAL = ("refused_at", "refused_reason")


class UnableToPublish(Exception):
    """The notice cannot go out as it is; the text says why, in the language in which it is read."""


@transaction.atomic
def publish(
    *,
    notice: Notice,
    actor: Person,
    on_behalf_of: Person | None = None,
    repeats: Notice | None = None,
    signed: Step | None = None,
    may_be_empty: bool = False,
    at: datetime | None = None,
) -> Notice:
    """Number the notice and begin to send it out. Publishing what is out already changes nothing.

    `on_behalf_of`: by whose right, where a deputy acts for a unit; the app above has checked the deputy. `repeats`: the
    notice whose words a unit passes on to its own people; it is out, so nobody has to approve them a second time.
    `signed`: the approved step of the paper that the notice carries, whose addressees were signed with it: that is the
    approval. `may_be_empty`: nobody is there to be told today, and the app above goes on by itself.
    Raises UnableToPublish. The fan-out follows in a worker; the sweep takes it up if none heard.
    """
    at = at or now()
    notice = Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    if notice.is_out:
        return notice
    check_ready(notice=notice, actor=on_behalf_of or actor, may_be_empty=may_be_empty, at=at)
    is_known = (repeats and repeats.is_running(at)) or (signed and signed.state == StepState.APPROVED)
    if not is_known:
        check_approved(notice=notice, actor=actor, at=at)
    before = notice.state
    notice.number = issue_number(series=SERIES, at=at).text
    notice.ladder = ladder.channels_of(notice)  # as they are now, so that a rung stays the same one
    notice.published_at = at
    notice.message = start_first_round(notice=notice, actor=actor, at=at).message
    notice.state = NoticeState.PUBLISHING
    notice.version += 1
    settle_refusal(notice)
    notice.save(update_fields=["number", "message", "published_at", "state", "version", "ladder", *REFUSAL])
    keep_first_edition(notice=notice, actor=actor, at=at)
    plan_steps(notice, at=at)
    record(
        actor=actor,
        verb="published",
        obj=notice,
        changes={"state": [before, notice.state], "number": notice.number},
        on_behalf_of=on_behalf_of,
        at=at,
    )
    nudge("notices.fan_out", notice.pk, queue=Queue.NOTICE)
    return notice


@transaction.atomic
def schedule(*, notice: Notice, actor: Person, at: datetime | None = None) -> Notice:
    """Let the notice go out at its `publish_at`. Raises UnableToPublish."""
    at = at or now()
    notice = Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    if notice.state == NoticeState.SCHEDULED or notice.is_out:
        return notice
    if not notice.publish_at or notice.publish_at <= at:
        raise UnableToPublish(_("The time of publishing is not in the future."))
    check_ready(notice=notice, actor=actor, at=notice.publish_at)
    check_approved(notice=notice, actor=actor, at=at)
    return move(notice, NoticeState.SCHEDULED, actor, "scheduled", at)


@transaction.atomic
def unschedule(*, notice: Notice, actor: Person, at: datetime | None = None) -> Notice:
    """Back to a draft, before it went out; who was asked to approve it is asked no more. Raises UnableToPublish."""
    at = at or now()
    notice = Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    if notice.state == NoticeState.DRAFT:
        return notice
    if notice.state not in (NoticeState.SCHEDULED, NoticeState.WAITING):
        raise UnableToPublish(_("The notice is out already."))
    call_off(subject=notice, actor=actor, at=at)
    return back_to_draft(notice, actor, "unscheduled", at)


def back_to_draft(notice: Notice, actor: Person | None, verb: str, at: datetime) -> Notice:
    """What was approved is void: a draft can be changed, and is put up anew."""
    notice.approval_digest, notice.approval_people = "", None
    notice.save(update_fields=["approval_digest", "approval_people"])
    return move(notice, NoticeState.DRAFT, actor, verb, at)


def check_approved(*, notice: Notice, actor: Person, at: datetime) -> None:
    """Raises UnableToPublish when a second person has to say yes and has not, or not to this."""
    asked = notice.state == NoticeState.WAITING or bool(notice.approval_digest)
    if not asked and not approval.needs_approval(notice, actor, at):
        return
    if not approval.is_approved(notice, at):
        raise UnableToPublish(_("This notice needs approval before it goes out."))


def check_ready(*, notice: Notice, actor: Person, at: datetime, may_be_empty: bool = False) -> None:
    """Raises UnableToPublish when something is missing, nobody is meant, or the actor may not write to all of them."""
    if not can_edit(actor, notice):
        raise UnableToPublish(_("You may not publish this notice."))
    if not notice.languages:
        raise UnableToPublish(_("The notice needs a title and a text in the same language."))
    if notice.is_urgent and not can_send_urgently(actor):
        raise UnableToPublish(_("Only the office may send an urgent notice."))
    if notice.is_over(at):
        raise UnableToPublish(_("The notice would end before it goes out."))
    if notice.is_late(at):
        raise UnableToPublish(_("The time to acknowledge would be over before the notice goes out."))
    day = timezone.localtime(at).date()
    if not may_be_empty and not preview.summary(notice.rule, day).count:
        raise UnableToPublish(_("The audience holds nobody."))
    if not can_address_all(actor) and audience_scope.count_outside(notice.rule, actor, day):
        raise UnableToPublish(_("You may write to people of your own unit only."))


def move(notice: Notice, state: str, actor: Person | None, verb: str, at: datetime) -> Notice:
    before, notice.state = notice.state, state
    notice.version += 1
    if state != NoticeState.DRAFT:
        settle_refusal(notice)
    notice.save(update_fields=["state", "version", *REFUSAL])
    record(actor=actor, verb=verb, obj=notice, changes={"state": [before, state]}, at=at)
    return notice


def settle_refusal(notice: Notice) -> None:
    """It goes on: that it could not go out at its time is history. The caller saves."""
    notice.refused_at, notice.refused_reason = None, {}


def finish_all(at: datetime) -> None:
    """Go on with every fan-out and every round that is not complete (killed worker, lost hint)."""
    for key in Notice.objects.unfinished().order_by("pk").values_list("pk", flat=True):
        fan_out(key, at)
    for key in Round.objects.filter(is_complete=False).order_by("pk").values_list("pk", flat=True):
        complete_round(key, at)


def expire_due(at: datetime) -> int:
    """End what is over; gives the number. What people owe stays as it is."""
    expired = 0
    for key in Notice.objects.to_expire(at).values_list("pk", flat=True):
        with transaction.atomic():
            notice = Notice.objects.select_for_update(no_key=True).get(pk=key)
            if notice.state == NoticeState.PUBLISHED:
                move(notice, NoticeState.EXPIRED, None, "expired", at)
                expired += 1
    return expired
