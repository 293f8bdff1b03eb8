"""Search among requests: number, title, who asked, and the words of answers and messages; and where it was found."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.core.excerpts import Finding, cut
from apps.core.search import COMMON, SAMPLE, Contains, GramsContain, fold
from apps.core.text import localized
from apps.people.models import Person
from apps.questionnaires.definitions import read_fields
from apps.servicedesk.models import Request, RequestMessage, RequestText
from apps.servicedesk.models.imported import keys_of_old_number
from apps.servicedesk.request_text import words_of

NUMBER = re.compile(r"[a-z]{0,4}\d{4}-\d{1,8}")
LONGEST = 100
LISTED = 5_000  # of more rows than these the list is read in its own order, and meets enough of them soon


class Held(Func):
    """A folded column holds a folded text."""

    output_field = BooleanField()
    sql = "(strpos({column}, %s) > 0)"

    def __init__(self, column: str, text: str) -> None:
        self.text = text
        super().__init__(F(column))

    def as_sql(self, compiler, connection, **extra: object) -> tuple[str, list[object]]:  # noqa: ANN001 (Django's hook)
        column, params = compiler.compile(self.source_expressions[0])
        return self.sql.format(column=column), [*params, self.text] * self.sql.count("%s")


class ByGrams(Held):
    """The same by the column's gram index."""

    sql = "(portal_grams({column}) @> portal_query_grams(%s) AND strpos({column}, %s) > 0)"


def search_requests(rows: QuerySet, user: Person, text: str) -> QuerySet:
    """The filed requests of `rows` in which `user` may read `text` (two queries at once).

    A whole number finds its request, also the one it had in an old system. Few rows are found by the indexes and
    listed; of many, the list is read in its own order and compared. Which of both is asked of the newest requests
    first, then of the number found.
    """
    wanted = fold(text)[:LONGEST]
    if not wanted:
        return rows
    if old := keys_of_old_number(text):
        return rows.filter(Q(pk__in=old) | Q(number=wanted.upper()))
    if NUMBER.fullmatch(wanted):
        return rows.filter(number=wanted.upper())
    keys = listed_keys(user, wanted)
    return rows.filter(by_reading(user, wanted)) if keys is None else rows.filter(pk__in=keys)


def columns_for(user: Person) -> tuple[str, ...]:
    """Which words this person may read: internal notes are the office's."""
    return ("said", "office") if user.is_office else ("said",)


def by_reading(user: Person, wanted: str) -> Q:
    found = Q(Contains("requester__name", wanted))
    for column in columns_for(user):
        found |= Q(Held(f"text__{column}", wanted))
    return found


def listed_keys(user: Person, wanted: str) -> list[int] | None:
    """Keys of the requests that hold it, by the gram indexes; None when there are too many to be listed.

    In one statement, whose second part is not run when one in COMMON of the newest requests holds it.
    """
    newest = Request.objects.filter(submitted_at__isnull=False).order_by("-submitted_at", "-pk").values("pk")[:SAMPLE]
    holding = Request.objects.filter(by_reading(user, wanted), pk__in=newest).values("pk")
    (sample, sample_values), (found, found_values) = (
        each.query.sql_with_params() for each in (holding, by_index(user, wanted)[: LISTED + 1])
    )
    sql = (
        f"WITH common AS MATERIALIZED (SELECT count(*) * {COMMON} >= {SAMPLE} AS yes FROM ({sample}) AS newest)"  # noqa: S608 (SQL that Django wrote)
        f" SELECT 0 FROM common WHERE yes UNION ALL"
        f" SELECT * FROM ({found}) AS found WHERE NOT (SELECT yes FROM common)"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*sample_values, *found_values])
        keys = [key for (key,) in cursor.fetchall()]
    return None if len(keys) > LISTED or keys == [0] else keys


def by_index(user: Person, wanted: str) -> QuerySet:
    """Keys of all that hold it, by the gram indexes."""
    held = Q()
    for column in columns_for(user):
        held |= Q(ByGrams(column, wanted))
    people = Person.objects.filter(Q(GramsContain("name", wanted)) | Q(number__iexact=wanted)).values("pk")
    asked = Request.objects.filter(requester__in=people, submitted_at__isnull=False).values_list("pk", flat=True)
    return RequestText.objects.filter(held).values_list("pk", flat=True).union(asked)


def findings(rows: Sequence[Request], user: Person, text: str) -> dict[int, Finding]:
    """For each of a page's rows the first place that holds `text`: requester, answer, message (at most two queries).

    What the title or the number shows by itself is not told again.
    """
    wanted = fold(text)[:LONGEST]
    if not wanted or NUMBER.fullmatch(wanted):
        return {}
    found = {row.pk: cut(_("requester"), row.requester.name, wanted) for row in rows}
    open_ones = [row for row in rows if not found[row.pk] and wanted not in fold(f"{row.title}\n{row.number}")]
    if open_ones:
        found |= in_messages(open_ones, user, wanted)
        found |= {pk: place for pk, place in in_answers(open_ones, user, wanted).items() if place}
    return {pk: place for pk, place in found.items() if place}


def in_messages(rows: Sequence[Request], user: Person, wanted: str) -> dict[int, Finding | None]:
    """The newest message of each that holds it."""
    words = RequestMessage.objects.visible_to(user).filter(
        Contains("body", wanted), request__in=[row.pk for row in rows]
    )
    places = {}
    for message in words.select_related("author").order_by("pk"):
        kind = _("internal note of %(name)s") if message.internal else _("message of %(name)s")
        places[message.request_id] = cut(kind % {"name": message.author.name}, message.body, wanted)
    return places


def in_answers(rows: Sequence[Request], user: Person, wanted: str) -> dict[int, Finding | None]:
    """The first answer of each that holds it."""
    places = {}
    sets = Request.objects.filter(pk__in=[row.pk for row in rows]).select_related("answer_set__form_version")
    for row in sets:
        for field in read_fields(row.answer_set.form_version):
            if field.office_only and not user.is_office:
                continue
            text = " · ".join(words_of(field, row.answer_set.answers.get(field.key)))
            if place := cut(localized(field.label) or field.key, text, wanted):
                places[row.pk] = place
                break
    return places
