"""Let a draft of a notice go to units, or no longer."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.notices.audience import Line, Rule, fold_number
from apps.notices.audience_line import MOST_LINES
from apps.notices.managers import units_of_secretary
from apps.notices.models import Notice
from apps.notices.rules import can_address_all
from apps.people.enums import Role
from apps.people.models import Person, Unit
from apps.relays.enums import Asked
from apps.relays.models import Relay, RelayLine
from apps.relays.people import secretaries_of
from apps.relays.services.errors import UnableToRelay


@transaction.atomic
def relay(
    *,
    notice: Notice,
    actor: Person,
    units: Sequence[Unit],
    asked: Asked = Asked.REPORT,
    asks: str = "",
    sign_by: datetime | None = None,
    report_by: datetime | None = None,
    at: datetime | None = None,
) -> Relay:
    """The draft goes to the secretaries of these units. Saying it again changes what was said. Raises UnableToRelay.

    Its audience becomes the rule "the secretaries of these units": who that is, the notice works out when it goes out.
    """
    at = at or now()
    notice = _draft(notice)
    _check(notice, actor, units, sign_by, report_by, at)
    values = {"asked": asked, "asks": asks.strip(), "sign_by": sign_by, "report_by": report_by}
    row, made = Relay.objects.get_or_create(notice=notice, defaults=values | {"created_by": actor, "created_at": at})
    if not made:
        Relay.objects.filter(pk=row.pk).update(**values, version=row.version + 1)
        row.refresh_from_db()
    row.lines.exclude(unit__in=units).delete()
    row.lines.update(report_by=report_by)
    add_lines(row, units, notice=notice, actor=actor, report_by=report_by, at=at)
    _address(notice, secretaries_rule(units))
    record(actor=actor, verb="relay_set", obj=row, changes={"units": [unit.pk for unit in units]}, at=at)
    return row


@transaction.atomic
def stop_relaying(*, notice: Notice, actor: Person, at: datetime | None = None) -> None:
    """The draft goes to no units any more, and to nobody until an audience is chosen. Raises UnableToRelay."""
    notice = _draft(notice)
    row = Relay.objects.filter(notice=notice).first()
    if row:
        row.delete()
        _address(notice, Rule())
        record(actor=actor, verb="edited", obj=notice, changes={"fields": ["audience"]}, at=at or now())


def add_lines(
    row: Relay,
    units: Sequence[Unit],
    *,
    notice: Notice,
    actor: Person,
    report_by: datetime | None,
    at: datetime,
    parent: RelayLine | None = None,
) -> None:
    """A line for each unit that has none yet."""
    made = [
        RelayLine(
            relay=row,
            unit=unit,
            notice=notice,
            added_by=actor,
            added_at=at,
            report_by=report_by,
            parent=parent,
            depth=parent.depth + 1 if parent else 1,
        )
        for unit in units
    ]
    RelayLine.objects.bulk_create(made, ignore_conflicts=True)


def secretaries_rule(units: Sequence[Unit]) -> Rule:
    """By line, so that who is secretary on the day of publishing counts; more units than the page of a draft has lines
    for go by the numbers of today's secretaries.
    """
    if len(units) > MOST_LINES:
        people = secretaries_of(unit.pk for unit in units).values()
        return Rule(numbers=tuple(sorted({fold_number(person.number) for each in people for person in each})))
    return Rule(lines=tuple(Line(unit.pk, below=False, roles=(Role.UNIT_SECRETARY,)) for unit in units))


def _draft(notice: Notice) -> Notice:
    notice = Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    if not notice.is_editable:
        raise UnableToRelay(_("Only a draft can be changed."))
    return notice


def _check(
    notice: Notice,
    actor: Person,
    units: Sequence[Unit],
    sign_by: datetime | None,
    report_by: datetime | None,
    at: datetime,
) -> None:
    if not units:
        raise UnableToRelay(_("Choose at least one unit."))
    paths = tuple(units_of_secretary(actor))
    if not can_address_all(actor) and not all(paths and unit.path.startswith(paths) for unit in units):
        raise UnableToRelay(_("You may write to people of your own unit only."))
    starts = max(at, notice.publish_at or at)
    if (sign_by and sign_by <= starts) or (report_by and report_by <= starts):
        raise UnableToRelay(_("The time would be over before the notice goes out."))
    if sign_by and report_by and sign_by > report_by:
        raise UnableToRelay(_("Units sign first and report afterwards."))


def _address(notice: Notice, rule: Rule) -> None:
    """The version goes up: a page of the draft that is open elsewhere shall notice."""
    notice.audience = rule.as_json()
    notice.version += 1
    notice.save(update_fields=["audience", "version"])
