"""Change or take back a notice that is out: correct it, replace it, recall it.

The old words stay as an Edition. Who saw or was sent the old ones is told what changed; to whom nothing had left yet
goes the new text alone. A correction keeps what people acknowledged; a replacement asks everybody anew.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.delivery.models import Message
from apps.journal.services import record
from apps.notices import approval
from apps.notices.enums import EditionKind, NoticeState, RoundKind
from apps.notices.mail_texts import change_texts, recall_texts
from apps.notices.models import Edition, Notice
from apps.notices.rich import clean_html
from apps.notices.rules import acts_for, can_change_published
from apps.notices.services.compose import VersionClash
from apps.notices.services.opening import open_round
from apps.notices.services.rounds import start_first_round
from apps.notices.services.steps import plan_steps
from apps.people.enums import Role
from apps.people.models import Person

CHANGEABLE = (NoticeState.PUBLISHED, NoticeState.EXPIRED)


class UnableToChange(Exception):
    """The text says why."""


class NotYetChangeable(UnableToChange):
    """It is still going out; in a minute it can be changed."""


def keep_first_edition(*, notice: Notice, actor: Person, at: datetime) -> Edition:
    """What was published, kept word for word; in the transaction of publishing."""
    return _keep(notice, EditionKind.FIRST, "", actor, at)


@transaction.atomic
def change(
    *,
    notice: Notice,
    actor: Person,
    kind: EditionKind,
    version: int,
    title: Mapping[str, str],
    body: Mapping[str, str],
    note: str,
    acknowledge_by: datetime | None = None,
    follows: Notice | None = None,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Edition:
    """A new edition of a notice that is out. `note` tells the readers what changed; `version`: the row that was shown.

    CORRECTION keeps earlier acknowledgements, REPLACEMENT asks everybody anew; `acknowledge_by`, if given, is the new
    day. `follows`: the notice that this one repeats and whose change it takes over; whoever changed that one, perhaps
    `on_behalf_of` somebody, had the right. Raises UnableToChange, VersionClash.
    """
    at = at or now()
    notice = _locked(notice, actor, follows)
    if notice.version != version:
        raise VersionClash(notice)
    _check_terms(notice, note, acknowledge_by, at)
    before = {"title": notice.title, "body": notice.body}
    notice.title = dict(title)
    notice.body = {language: clean_html(text) for language, text in body.items()}
    if not notice.languages:
        raise UnableToChange(_("The notice needs a title and a text in the same language."))
    if before == {"title": notice.title, "body": notice.body}:
        raise UnableToChange(_("Nothing was changed."))
    if follows is None:
        _check_replacer(notice, kind, actor, at)
    old = notice.editions.latest("number")
    notice.edition += 1
    notice.version += 1
    notice.acknowledge_by = acknowledge_by or notice.acknowledge_by
    if kind == EditionKind.REPLACEMENT:
        notice.counts_from = notice.edition
    _stop_waiting(notice, at)
    told = change_texts(notice, old, kind=kind, note=note.strip())
    open_round(notice=notice, kind=RoundKind.CHANGE, texts=told, actor=actor, at=at)
    notice.message = start_first_round(notice=notice, actor=actor, at=at).message
    notice.save(update_fields=["title", "body", "edition", "counts_from", "version", "message", "acknowledge_by"])
    edition = _keep(notice, kind, note.strip(), actor, at)
    plan_steps(notice, at=at)
    changes = {"edition": [old.number, edition.number], "kind": str(kind), "digest": edition.digest}
    behalf = on_behalf_of if follows else acts_for(actor, notice, at=at)
    record(
        actor=actor,
        verb="changed_published",
        obj=notice,
        on_behalf_of=behalf,
        changes=changes,
        note=edition.note,
        at=at,
    )
    return edition


@transaction.atomic
def recall(
    *,
    notice: Notice,
    actor: Person,
    reason: str,
    follows: Notice | None = None,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Notice:
    """Take a notice back: nothing more of it leaves, and who saw or was sent it is told why. Again changes nothing.

    What people owe ends as taken back; evidence stays and late evidence is still taken. `follows`, `on_behalf_of`: as
    of `change`. Raises UnableToChange.
    """
    at = at or now()
    notice = Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    if notice.state == NoticeState.WITHDRAWN:
        return notice
    notice = _locked(notice, actor, follows)
    if not reason.strip():
        raise UnableToChange(_("Say why the notice is taken back: its readers are told."))
    before, notice.state = notice.state, NoticeState.WITHDRAWN
    notice.withdrawn_at, notice.withdraw_reason = at, reason.strip()[:300]
    notice.version += 1
    notice.save(update_fields=["state", "withdrawn_at", "withdraw_reason", "version"])
    _stop_waiting(notice, at)
    open_round(notice=notice, kind=RoundKind.RECALL, texts=recall_texts(notice), actor=actor, at=at)
    record(
        actor=actor,
        verb="withdrawn",
        obj=notice,
        on_behalf_of=on_behalf_of if follows else acts_for(actor, notice, at=at),
        changes={"state": [before, notice.state]},
        note=notice.withdraw_reason,
        at=at,
    )
    return notice


def _locked(notice: Notice, actor: Person, follows: Notice | None) -> Notice:
    """The notice's row, held; it is out, wholly planned, and the actor may change it."""
    notice = Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    if follows is None and not can_change_published(actor, notice):
        raise UnableToChange(_("You may not change this notice."))
    if notice.state not in CHANGEABLE:
        raise NotYetChangeable(_("The notice is still going out. Try again in a minute."))
    if notice.mail_planned_at is None or notice.rounds.filter(is_complete=False).exists():
        raise NotYetChangeable(_("Its messages are being planned. Try again in a minute."))
    return notice


def _check_terms(notice: Notice, note: str, acknowledge_by: datetime | None, at: datetime) -> None:
    if notice.is_over(at):
        raise UnableToChange(_("This notice is over."))
    if acknowledge_by and (acknowledge_by <= at or (notice.expires_at and acknowledge_by > notice.expires_at)):
        raise UnableToChange(_("The new day to acknowledge by lies in the past, or after the notice ends."))
    if not note.strip():
        raise UnableToChange(_("Say what changed, so that the readers need not search."))


def _check_replacer(notice: Notice, kind: EditionKind, actor: Person, at: datetime) -> None:
    """What asks more than NOTICE_APPROVAL_FROM people anew is for the director to send."""
    if kind != EditionKind.REPLACEMENT or actor.has_role(Role.DIRECTOR):
        return
    if approval.needs_approval(notice, actor, at, people=notice.recipient_count or 0):
        raise UnableToChange(_("It asks so many people anew that only the director may issue it."))


def _stop_waiting(notice: Notice, at: datetime) -> None:
    """Nothing of the earlier words leaves from now on: a sender cancels what is past its end (delivery.claims)."""
    messages = Message.objects.filter(pk__in=notice.rounds.values("message"))
    messages.exclude(expires_at__lte=at).update(expires_at=at)


def _keep(notice: Notice, kind: EditionKind, note: str, actor: Person, at: datetime) -> Edition:
    return Edition.objects.create(
        notice=notice,
        number=notice.edition,
        kind=kind,
        title=notice.title,
        body=notice.body,
        digest=notice.digest(),
        note=note,
        message=notice.message,
        published_at=at,
        published_by=actor,
    )
