"""Search in Chinese and English without word lists: one SQL function cuts a text into one- and two-character grams.

`portal_grams(text)` is immutable, so an expression index carries it: `GinIndex(Grams("title"), name=…)`. The grams find
candidates, a comparison makes sure (recall 1.0, no false hits).
"""

import unicodedata

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField

SAMPLE = 500
COMMON = 50  # a word is common that one in so many of the newest rows holds


class Grams(Func):
    """The grams of an expression, for an index or a filter."""

    function = "portal_grams"
    output_field = ArrayField(TextField())


def wanted_text(text: str) -> str:
    """What is looked for: NFKC, no white space at the ends, no zero bytes (PostgreSQL refuses them)."""
    return unicodedata.normalize("NFKC", text.replace("\x00", "")).strip()


def fold(text: str) -> str:
    """How text is compared outside the database: as wanted, in lower case."""
    return wanted_text(text).lower()


def matches(column: str, text: str) -> Q:
    """A condition: `column` holds `text`, anywhere, by the gram index. An empty text matches everything."""
    wanted = wanted_text(text)
    if not wanted:
        return Q()
    return Q(GramsContain(column, wanted))


def narrow(queryset: QuerySet, column: str, text: str) -> QuerySet:
    """The rows of `queryset` whose `column` holds `text`, fit for a page of a long list (one query at once).

    Few are found by the gram index. Of many, a list in any order meets enough soon: it reads on in its own order and
    compares. PostgreSQL chooses badly by itself, as it takes the grams of one word for independent; so the newest rows
    are asked how common the word is.
    """
    wanted = wanted_text(text)
    if not wanted:
        return queryset
    rows = queryset.model._default_manager
    newest = rows.order_by("-pk").values("pk")[:SAMPLE]
    is_common = rows.filter(Contains(column, wanted), pk__in=newest).count() * COMMON >= SAMPLE
    return queryset.filter(Contains(column, wanted) if is_common else GramsContain(column, wanted))


class Contains(Func):
    """`column` holds the text, both sides folded by the database.

    By strpos and not LIKE: PostgreSQL takes a LIKE that it has no figures for as fitting almost no row, and then
    reads and sorts the whole table where the first page of an index would do.
    """

    output_field = BooleanField()

    def __init__(self, column: str, text: str) -> None:
        self.text = text
        super().__init__(F(column))

    def as_sql(self, compiler, connection, **extra: object) -> tuple[str, list[object]]:  # noqa: ANN001 (Django's hook)
        column, params = compiler.compile(self.source_expressions[0])
        return f"(strpos(portal_fold({column}), portal_fold(%s)) > 0)", [*params, self.text]


class GramsContain(Contains):
    """portal_grams(column) @> portal_query_grams(text) AND Contains."""

    def as_sql(self, compiler, connection, **extra: object) -> tuple[str, list[object]]:  # noqa: ANN001 (Django's hook)
        column, params = compiler.compile(self.source_expressions[0])
        holds, more = super().as_sql(compiler, connection)
        return f"(portal_grams({column}) @> portal_query_grams(%s) AND {holds})", [*params, self.text, *more]
