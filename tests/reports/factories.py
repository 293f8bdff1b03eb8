"""Subscriptions to the summary, and what came of them; around one ordinary Monday."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from apps.core.measure import Period
from apps.delivery.enums import Channel
from apps.delivery.models import Delivery, MessageText
from apps.journal.files import open_blob
from apps.people.models import Person
from apps.reports.enums import Rhythm
from apps.reports.models import Edition
from apps.reports.services import start_mails
from tests import factories

ZONE = ZoneInfo("Asia/Shanghai")


def at(year: int, month: int, day: int, hour: int = 8) -> datetime:
    return datetime(year, month, day, hour, tzinfo=ZONE)


LONG_AGO, MONDAY = at(2025, 9, 1), at(2026, 11, 9)
WEEK = Period(date(2026, 11, 2), date(2026, 11, 8))


def subscribed(person: Person | None = None, rhythm: str = Rhythm.WEEKLY, *, since: datetime = LONG_AGO) -> Person:
    person = person or factories.leader()
    start_mails(person=person, rhythm=rhythm, actor=person, at=since)
    return person


def mails(person: Person) -> list[Delivery]:
    return list(Delivery.objects.filter(person=person, channel=Channel.MAIL).order_by("pk"))


def periods(person: Person) -> list[tuple[date, date]]:
    rows = Edition.objects.filter(message__deliveries__in=mails(person)).order_by("first")
    return list(rows.values_list("first", "last"))


def words(language: str = "zh-hant") -> MessageText:
    """Of the one edition there is."""
    return MessageText.objects.select_related("file").get(message=Edition.objects.get().message, language=language)


def kept(language: str) -> bytes:
    with open_blob(words(language).file) as source:
        return source.read()
