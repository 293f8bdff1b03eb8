"""A unit passes on what it signed for (轉發): to its people, or down to the secretaries of units below it.

The words and files are those that came; only the unit's own note stands above. Nothing is typed twice.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.models import Attachment
from apps.journal.services import record
from apps.notices.audience import Line, Rule, fold_number
from apps.notices.models import Notice
from apps.notices.services import UnableToPublish, create_draft, publish
from apps.people.models import Person, Unit
from apps.relays.enums import LineState
from apps.relays.merging import words_of
from apps.relays.models import Copy, RelayLine
from apps.relays.rules import authority_for
from apps.relays.services.errors import UnableToPassOn
from apps.relays.services.locking import lock_line
from apps.relays.services.setting_up import add_lines, secretaries_rule


@transaction.atomic
def pass_on(
    *, line: RelayLine, actor: Person, note: str = "", roles: Sequence[str] = (), at: datetime | None = None
) -> RelayLine:
    """To the people of the unit and below, all or those in `roles`, as a notice of the unit's own. What was passed on
    already stays as it is. Raises UnableToPassOn.
    """
    at = at or now()
    row, behalf = _locked(line, actor)
    if row.passed_on_id:
        return row
    line_of_people = Line(row.unit_id, below=True, roles=tuple(roles))
    knows = {fold_number(person.number) for person in (actor, behalf, row.signed_by, row.signed_for) if person}
    rule = Rule(lines=(line_of_people,), excluded=tuple(sorted(knows)))
    row.passed_on, row.passed_on_at = _send(row, rule, actor, behalf, note, row.report_by, at), at
    _moved(row)
    changes = {"notice": row.passed_on.number, "roles": list(roles)}
    record(actor=actor, verb="passed_on", obj=row, on_behalf_of=behalf, changes=changes, note=note.strip(), at=at)
    return row


@transaction.atomic
def pass_down(
    *,
    line: RelayLine,
    actor: Person,
    units: Sequence[Unit],
    note: str = "",
    report_by: datetime | None = None,
    at: datetime | None = None,
) -> RelayLine:
    """To the secretaries of units below, who sign and report to this unit. What was passed down already stays as it is.

    `report_by`: a day before the unit's own, so that there is time to gather. Raises UnableToPassOn.
    """
    at = at or now()
    row, behalf = _locked(line, actor)
    if row.passed_down_id:
        return row
    if not units or any(unit.pk == row.unit_id or not unit.path.startswith(row.unit.path) for unit in units):
        raise UnableToPassOn(_("Choose units that lie below yours."))
    if RelayLine.objects.filter(relay=row.relay_id, unit__in=units).exists():
        raise UnableToPassOn(_("One of these units has the notice already."))
    if report_by and (report_by <= at or (row.report_by and report_by > row.report_by)):
        raise UnableToPassOn(_("Choose a day that lies ahead, and not after your own."))
    day = report_by or row.report_by
    row.passed_down = _send(row, secretaries_rule(units), actor, behalf, note, day, at)
    add_lines(row.relay, units, notice=row.passed_down, actor=actor, report_by=day, at=at, parent=row)
    _moved(row)
    changes = {"notice": row.passed_down.number, "units": [unit.pk for unit in units]}
    record(actor=actor, verb="passed_down", obj=row, on_behalf_of=behalf, changes=changes, note=note.strip(), at=at)
    return row


def _locked(line: RelayLine, actor: Person) -> tuple[RelayLine, Person | None]:
    """The locked line and the one stood in for. Raises UnableToPassOn."""
    row = lock_line(line.pk)
    authority = authority_for(actor, row)
    if authority is None:
        raise UnableToPassOn(_("You may not pass this on for the unit."))
    if not row.is_signed:
        raise UnableToPassOn(_("Sign for it first."))
    if not row.is_out or row.state in (LineState.REPORTED, LineState.ACCEPTED, LineState.EXCUSED):
        raise UnableToPassOn(_("The unit has reported already, or nothing is asked of it any more."))
    return row, authority.on_behalf_of


def _moved(row: RelayLine) -> None:
    if row.state == LineState.SIGNED:
        row.state = LineState.PASSED_ON
    row.version += 1
    row.save()


def _send(
    row: RelayLine,
    rule: Rule,
    actor: Person,
    behalf: Person | None,
    note: str,
    day: datetime | None,
    at: datetime,
) -> Notice:
    """A notice of the unit with the same words and files, out at once. Raises UnableToPassOn."""
    source = row.notice
    values = {
        "title": source.title,
        "body": words_of(source, source.body, note),
        "notice_class": source.notice_class,
        "needs_acknowledgement": source.needs_acknowledgement,
        "audience": rule.as_json(),
        "unit": row.unit,
        "publish_at": None,
        "acknowledge_by": _still(day or source.acknowledge_by, at),
        "expires_at": _still(source.expires_at, at),
    }
    made = create_draft(actor=actor, on_behalf_of=behalf, values=values, at=at)
    copies = [
        Attachment(blob=file.blob, name=file.name, subject=made, uploaded_by=actor, uploaded_at=at, role=file.role)
        for file in Attachment.objects.of(source)
    ]
    Attachment.objects.bulk_create(copies)
    kept = {"edition": source.edition, "acknowledge_by": source.acknowledge_by}
    Copy.objects.create(notice=made, source=source, note=note.strip(), **kept)
    try:
        return publish(notice=made, actor=actor, on_behalf_of=behalf, repeats=source, at=at)
    except UnableToPublish as error:
        raise UnableToPassOn(str(error)) from error


def _still(moment: datetime | None, at: datetime) -> datetime | None:
    """A day that is over is not asked for."""
    return moment if moment and moment > at else None
