"""Letters to unit secretaries: who of their people is still open after the last reminder. Who stands in for one gets
the same letter, which names both.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.calendar import WorkingTime
from apps.core.templatetags.portal import day as day_words
from apps.core.text import FALLBACK
from apps.delivery.enums import Channel, Queue
from apps.delivery.models import Message
from apps.delivery.services import Text, create_message, plan_first_way, show_in_portal
from apps.notices.enums import Escalation
from apps.notices.ladder import usual_channels
from apps.notices.managers import ObligationQuerySet, has_post_under
from apps.notices.models import Notice, Obligation, SecretaryLetter
from apps.people.enums import DeputyScope, Role
from apps.people.models import Deputy, Person, Post


@dataclass
class Reader:
    """Who gets a letter, about the people of which units, and in whose place. `until`: the letter of a day says nothing
    any more when the day, or the time of standing in, is over.
    """

    person: Person
    until: datetime
    paths: set[str] = field(default_factory=set)
    stands_in_for: list[Person] = field(default_factory=list)


def write_to_secretaries(working: WorkingTime, at: datetime) -> int:
    """One letter a working day to each secretary and each deputy whose people are open; none when nobody is."""
    today = working.day(at)
    written = set(SecretaryLetter.objects.filter(day=today).values_list("person_id", flat=True))
    return sum(_write(reader, today, at) for reader in _readers(working, at) if reader.person.pk not in written)


def _readers(working: WorkingTime, at: datetime) -> Iterable[Reader]:
    """Two queries, however many there are."""
    today = working.day(at)
    end = working.end_of_day(today)
    posts = Post.objects.current(today).filter(role=Role.UNIT_SECRETARY, person__is_active=True)
    posts = list(posts.select_related("person", "unit").order_by("pk"))
    found: dict[int, Reader] = {}
    for post in posts:
        found.setdefault(post.person_id, Reader(post.person, end)).paths.add(post.unit.path)
    rows = Deputy.objects.in_force(at).covering(DeputyScope.NOTICES).filter(deputy__is_active=True)
    own = {key: set(reader.paths) for key, reader in found.items()}
    for row in rows.filter(principal__in=own).select_related("principal", "deputy").order_by("pk"):
        reader = found.setdefault(row.deputy_id, Reader(row.deputy, end))
        reader.paths |= own[row.principal_id]
        reader.until = reader.until if row.deputy_id in own else min(reader.until, row.ends_at)
        if row.principal not in reader.stands_in_for:
            reader.stands_in_for.append(row.principal)
    return found.values()


@transaction.atomic
def _write(reader: Reader, today: date, at: datetime) -> bool:
    person = Person.objects.select_for_update(no_key=True).get(pk=reader.person.pk)  # two sweeps at once write one
    counts = dict(
        escalated_lines(sorted(reader.paths))
        .exclude(person=person)
        .order_by()
        .values_list("notice")
        .annotate(count=Count("pk"))
    )
    if not counts or SecretaryLetter.objects.filter(person=person, day=today).exists():
        return False
    notices = list(Notice.objects.filter(pk__in=counts).order_by(F("acknowledge_by").asc(nulls_last=True), "pk"))
    message = create_message(
        source="notices.secretary",
        texts={language: _letter(notices, counts, reader.stands_in_for, language, at) for language in FALLBACK},
        queue=Queue.REMINDER,
        target_url=reverse("notices:phone_list"),
        expires_at=reader.until,
        at=at,
    )
    _send(message, person, at)
    SecretaryLetter.objects.create(person=person, day=today, message=message)
    return True


def _send(message: Message, person: Person, at: datetime) -> None:
    """Into the own list, and out by the first of the office's channels that reaches."""
    show_in_portal(message=message, person=person, at=at)
    channels = [Channel(channel) for channel in usual_channels()]
    plan_first_way(message=message, people=Person.objects.filter(pk=person.pk), channels=channels, at=at)


def escalated_lines(paths: list[str]) -> ObligationQuerySet:
    """What is open and was raised, of the people under these units."""
    rows = Obligation.objects.owed().filter(escalation__gt=Escalation.NONE, notice__in=Notice.objects.running())
    return rows.filter(has_post_under(paths, "person"))


def _letter(
    notices: list[Notice], counts: dict[int, int], stands_in_for: list[Person], language: str, at: datetime
) -> Text:
    with translation.override(language):
        rows = [
            {
                "title": notice.title[notice.shown_language(language)],
                "notice": notice,
                "count": counts[notice.pk],
                "url": f"{settings.PORTAL_URL.rstrip('/')}{reverse('notices:report', args=[notice.pk])}?show=owed",
            }
            for notice in notices
        ]
        values = {"count": sum(counts.values()), "day": day_words(at)}
        context = {"rows": rows, "names": _(", ").join(person.name for person in stands_in_for)}
        return Text(
            subject=_("Your unit: %(count)s lines still open (%(day)s)") % values,
            text=render_to_string("notices/mail/secretary.txt", context).strip() + "\n",
            html=render_to_string("notices/mail/secretary.html", context).strip(),
        )
