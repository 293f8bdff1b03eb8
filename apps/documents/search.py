"""Search among documents: what somebody asks becomes conditions, and each says whether few or many fit it.

Few are found by an index and listed by their keys; of many, the documents are read in their own order (newest entered
first) and compared, which meets a page of them soon. So a page takes as long among a million as among a thousand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import BooleanField, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.core.search import COMMON, Contains, GramsContain, fold
from apps.documents.document_words import signs_of
from apps.documents.enums import Direction, Kind, State, Why
from apps.documents.models import Concerned, Document, DocumentText, Incoming, Opinion
from apps.documents.number_forms import NumberForm, keys_of
from apps.people.models import Person

LONGEST, MOST_WORDS = 100, 6
SAMPLE = 300  # of the newest documents; each may hold the words of long files
LISTED = 5_000


class Held(Func):
    """The words of a document, which are kept folded, hold a folded text."""

    output_field = BooleanField()
    sql = "(strpos({column}, %s) > 0)"

    def __init__(self, column: str, text: str) -> None:
        self.text = text
        super().__init__(F(column))

    def as_sql(self, compiler, connection, **extra: object) -> tuple[str, list[object]]:  # noqa: ANN001 (Django's hook)
        column, params = compiler.compile(self.source_expressions[0])
        return self.sql.format(column=column), [*params, self.text] * self.sql.count("%s")


class ByGrams(Held):
    """The same by the gram index."""

    sql = "(portal_grams({column}) @> portal_query_grams(%s) AND strpos({column}, %s) > 0)"


@dataclass(frozen=True)
class Asked:
    """What somebody looks for; what is empty narrows nothing. `since` and `until`: the days of entering; `numbered`:
    only what has a number.
    """

    text: str = ""
    sender: str = ""
    person: Person | None = None
    state: State | str = ""
    direction: Direction | str = ""
    kind: Kind | str = ""
    since: date | None = None
    until: date | None = None
    numbered: bool = False

    @property
    def words(self) -> list[str]:
        """Each of them stands in what is found, anywhere."""
        return list(dict.fromkeys(fold(self.text)[:LONGEST].split()))[:MOST_WORDS]

    @property
    def number(self) -> NumberForm | None:
        return NumberForm.read(self.text[:LONGEST])


@dataclass(frozen=True)
class Condition:
    """`keys`: of all documents that fit; None where they are too many to be listed, then `fits` compares. `of`: whom
    all that fit concern, so that they can be read in that person's order.
    """

    keys: frozenset[int] | None
    fits: Q
    of: Person | None = None


def conditions(asked: Asked) -> list[Condition]:
    """Of words or number, sender and person; those that are asked for (at most five queries)."""
    found = []
    if asked.words:
        found.append(of_text(asked))
    if sender := fold(asked.sender)[:LONGEST]:
        found.append(of_sender(sender))
    if asked.person:
        found.append(of_person(asked.person))
    return found


def of_text(asked: Asked) -> Condition:
    """A number finds its documents, and with its series also those that cite it. What nobody bears may be a word."""
    if asked.number:
        keys = {*keys_of(asked.number), *citing(asked.number, asked.text)}
        if keys:
            return Condition(frozenset(keys), Q(pk__in=keys))
    fits = Q(*(Q(Held("text__words", word)) for word in asked.words))
    indexed = DocumentText.objects.filter(*(Q(ByGrams("words", word)) for word in asked.words)).values("pk")
    return Condition(few(fits, indexed), fits)


def citing(number: NumberForm, text: str) -> list[int]:
    """Documents that name a number as it is written; found by the two signs of year and number."""
    if not number.prefix:
        return []
    prefix = fold(text).partition(str(number.year))[0].rstrip("〔[(【< ")
    ends = ("號", "号")
    named = Q(*(Q(Held("words", f"{prefix}〔{number.year}〕{number.number}{end}")) for end in ends), _connector=Q.OR)
    rows = DocumentText.objects.filter(named, ByGrams("words", signs_of(number.year, number.number)))
    return list(rows.values_list("pk", flat=True)[:LISTED])


def of_sender(sender: str) -> Condition:
    fits = Q(Contains("incoming__sender", sender))
    return Condition(few(fits, Incoming.objects.filter(GramsContain("sender", sender)).values("pk")), fits)


def of_person(person: Person) -> Condition:
    """Who drafted or registered it, has or had it in hand, or gave an opinion, also through a deputy."""
    said = Opinion.objects.filter(Q(author=person) | Q(on_behalf_of=person))
    handled = Concerned.objects.filter(person=person, why=Why.HANDLES, ended_at__isnull=True)
    fits = Q(created_by=person) | Q(handler=person) | asked_of_each(handled) | asked_of_each(said)
    drafted, in_hand = (Document.objects.filter(**{by: person}).values("pk") for by in ("created_by", "handler"))
    indexed = drafted.union(in_hand, handled.values("document"), said.values("document"))
    return Condition(few(fits, indexed), fits, of=person)


def asked_of_each(rows: QuerySet) -> Q:
    """Has the document such a row? Written as EXISTS, PostgreSQL reads all of a person's rows before the first page."""
    one = rows.filter(document=OuterRef("pk")).values(yes=Value(value=True))[:1]
    return Q(Coalesce(Subquery(one, output_field=BooleanField()), Value(value=False)))


def few(fits: Q, indexed: QuerySet) -> frozenset[int] | None:
    """The keys of `indexed`; None when there are too many to be listed.

    In one statement, whose second part is not run when one in COMMON of the newest documents fits.
    """
    newest = Document.objects.order_by("-created_at", "-pk").values("pk")[:SAMPLE]
    fitting = Document.objects.filter(fits, pk__in=newest).values("pk")
    (sample, sample_values), (found, found_values) = (
        each.query.sql_with_params() for each in (fitting, indexed[: LISTED + 1])
    )
    sql = (
        f"WITH common AS MATERIALIZED (SELECT count(*) * {COMMON} >= {SAMPLE} AS yes FROM ({sample}) AS newest)"  # noqa: S608 (SQL that Django wrote)
        f" SELECT 0 FROM common WHERE yes UNION ALL"
        f" SELECT * FROM ({found}) AS found WHERE NOT (SELECT yes FROM common)"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*sample_values, *found_values])
        keys = [key for (key,) in cursor.fetchall()]
    return None if len(keys) > LISTED or keys == [0] else frozenset(keys)


def plain_filters(asked: Asked) -> Q:
    """State, direction, kind and days, of which the columns know."""
    named = {"state": asked.state, "direction": asked.direction, "kind": asked.kind}
    wanted = Q(**{name: value for name, value in named.items() if value})
    if asked.numbered:
        wanted &= ~Q(number="")
    if asked.since:
        wanted &= Q(created_at__gte=beginning(asked.since))
    if asked.until:
        wanted &= Q(created_at__lt=beginning(asked.until + timedelta(days=1)))
    return wanted


def beginning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
