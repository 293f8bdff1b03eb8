"""Notices for tests: drafts, published ones with their people, and what the outbox would have said."""

from datetime import datetime, timedelta
from itertools import count

from apps.core.clock import now
from apps.delivery.models import Evidence
from apps.delivery.services import record_evidence
from apps.notices import projection, services
from apps.notices.audience import Line, Rule
from apps.notices.models import Notice, Obligation
from apps.people.enums import Role
from apps.people.models import Person
from tests import factories

sequence = count(1)
STAFF = Rule(lines=(Line(roles=(Role.STAFF,)),))
TITLE = {"zh-hant": "期中教學檢查安排", "en": "Mid-term teaching check"}
BODY = {"zh-hant": "<p>請各系於本週五前<strong>自查</strong>。</p>", "en": "<p>Please check by Friday.</p>"}


def draft(sender: Person, *, rule: Rule = STAFF, **fields: object) -> Notice:
    values = {"title": TITLE, "body": BODY, "audience": rule.as_json(), "unit": factories.root_unit(), **fields}
    return Notice.objects.create(sender=sender, **values)


def published(sender: Person, *, rule: Rule = STAFF, at: datetime | None = None, **fields: object) -> Notice:
    """Out, everybody has it, and the mails are planned."""
    at = at or now()
    notice = services.publish(notice=draft(sender, rule=rule, **fields), actor=sender, at=at)
    services.finish_all(at)
    notice.refresh_from_db()
    return notice


def ground() -> Person:
    """What publishing needs (calendar, numbers), and a clerk who does it."""
    factories.calendar()
    factories.series("notice", "{year}-{number:03d}")
    return factories.clerk()


def staff(number: int, **fields: object) -> list[Person]:
    return [factories.person(f"教師{place}", Role.STAFF, **fields) for place in range(1, number + 1)]


def of(notice: Notice, person: Person) -> Obligation:
    return Obligation.objects.select_related("notice", "person").get(notice=notice, person=person)


def says(notice: Notice, person: Person, kind: str, *, at: datetime | None = None, round: int = 1) -> Evidence:
    """The outbox notes a fact about a mail of the notice."""
    message = notice.rounds.get(number=round).message
    at = at or now() + timedelta(minutes=1)
    return record_evidence(
        message=message, person=person, kind=kind, happened_at=at, source_event=f"test:{next(sequence)}"
    )


def refresh() -> int:
    return projection.refresh(now())
