"""Search in Chinese and English without word lists: one SQL function cuts a text into one- and two-character grams.

`portal_grams(text)` is immutable, so an expression index carries it: `GinIndex(Grams("title"), name=…)`. The grams find
candidates, LIKE makes sure (recall 1.0, no false hits).
"""

import unicodedata

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, F, Func, Q, TextField


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


class GramsContain(Func):
    """portal_grams(column) @> portal_query_grams(text) AND column LIKE %text%, both sides folded by the database."""

    template = "(%(expressions)s)"
    output_field = BooleanField()

    def __init__(self, column: str, text: str) -> None:
        self.text = text
        super().__init__(F(column))

    def as_sql(self, compiler, connection, **extra: object) -> tuple[str, list[object]]:  # noqa: ANN001 (Django's hook)
        column, params = compiler.compile(self.source_expressions[0])
        pattern = "%" + self.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        sql = f"(portal_grams({column}) @> portal_query_grams(%s) AND portal_fold({column}) LIKE portal_fold(%s))"
        return sql, [*params, self.text, *params, pattern]
