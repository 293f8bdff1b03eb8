"""Read everything about one person: one function for each part of the portal."""

from collections.abc import Callable, Sequence

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.interfaces.personal import sources
from apps.interfaces.personal.sources import ANSWERS, VERSION, Source
from apps.journal.models import Attachment
from apps.people.models import Person
from apps.questionnaires.definitions import read_fields
from apps.questionnaires.models import FormVersion
from apps.servicedesk.models import Certificate
from apps.servicedesk.models.requests import OFFICE_FILE

Rows = list[dict[str, object]]
Content = dict[str, Rows]
ACCOUNT = ("number", "name", "name_en", "email", "language", "is_active", "shortcuts", "created_at", "last_login")


def rows_of(source: Source, person: Person) -> Rows:
    """The rows of one source, oldest first, each once."""
    named = Q()
    for name in source.people:
        named |= Q(**{name: person})
    found = apps.get_model(source.model)._base_manager.filter(named, **source.only).order_by("pk")
    if ANSWERS not in source.fields:
        return list(found.values(*source.fields))
    return without_office(list(found.values(*source.fields, VERSION)))


def without_office(rows: Rows) -> Rows:
    """The office's own answers are about its work, and its alone (one query)."""
    versions = FormVersion.objects.in_bulk({row[VERSION] for row in rows})
    office = {pk: {each.key for each in read_fields(row) if each.office_only} for pk, row in versions.items()}
    for row in rows:
        theirs = office[row.pop(VERSION)]
        row[ANSWERS] = {key: value for key, value in row[ANSWERS].items() if key not in theirs}
    return rows


def content_of(part: Sequence[Source], person: Person) -> Content:
    """By model; two sources of one model stand one after the other."""
    found: Content = {}
    for source in part:
        found.setdefault(source.model, []).extend(rows_of(source, person))
    return found


def people(person: Person) -> Content:
    account = Person.objects.filter(pk=person.pk).values(*ACCOUNT)
    return {"people.Person": list(account)} | content_of(sources.PEOPLE, person)


def sessions(person: Person) -> Content:
    return content_of(sources.SESSIONS, person)


def requests(person: Person) -> Content:
    return content_of(sources.REQUESTS, person)


def tasks(person: Person) -> Content:
    return content_of(sources.TASKS, person)


def files(person: Person) -> Content:
    return content_of(sources.FILES, person)


def notices(person: Person) -> Content:
    return content_of(sources.NOTICES, person)


def replies(person: Person) -> Content:
    return content_of(sources.REPLIES, person)


def decisions(person: Person) -> Content:
    return content_of(sources.DECISIONS, person)


def programs(person: Person) -> Content:
    return content_of(sources.PROGRAMS, person)


PARTS: tuple[tuple[str, str | Promise, Callable[[Person], Content], Sequence[Source]], ...] = (
    ("people", _("Person, posts, groups, deputies, addresses"), people, sources.PEOPLE),
    ("sessions", _("Sign-in: sessions, second steps, browsers"), sessions, sources.SESSIONS),
    ("requests", _("Requests, messages, returns, certificates"), requests, sources.REQUESTS),
    ("tasks", _("Tasks, and what the person looks after"), tasks, sources.TASKS),
    ("files", _("Files that were sent in"), files, sources.FILES),
    ("notices", _("Notices: what was to be known, how it came, what is on record"), notices, sources.NOTICES),
    ("replies", _("Answers to forms and collections"), replies, sources.REPLIES),
    ("decisions", _("Decisions, and what the person did"), decisions, sources.DECISIONS),
    ("programs", _("Programs in the person's name, copies taken out"), programs, sources.PROGRAMS),
)


def own_files(person: Person) -> QuerySet:
    """The files themselves: what the person sent in, and the person's certificates."""
    papers = Certificate.objects.filter(person=person).values("blob")
    mine = Q(uploaded_by=person) | Q(role="certificate", blob__in=papers)
    return Attachment.objects.filter(mine).exclude(role=OFFICE_FILE).select_related("blob").order_by("pk")
