"""The columns of a table are edited as a table themselves: one row a column."""

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from apps.questionnaires.columns import Choice, Column, Formula, number_from_json
from apps.questionnaires.definitions import FieldDefinition, Limits
from apps.questionnaires.enums import MAX_COLUMNS, ColumnKind, FieldKind

YES = "yes"
WORDS = {"hant": "zh-hant", "hans": "zh-hans", "en": "en"}


def columns_question() -> FieldDefinition:
    """The table in which an administrator says what columns a table has."""
    yes = (Choice(YES, {"en": _("Yes")}),)
    kinds = tuple(Choice(str(kind), {"en": str(kind.label)}) for kind in ColumnKind)
    return FieldDefinition(
        key="columns",
        kind=FieldKind.TABLE,
        limits=Limits(max_rows=MAX_COLUMNS),
        columns=(
            Column("key", ColumnKind.TEXT, {"en": _("Key")}, required=True),
            Column("kind", ColumnKind.CHOICE, {"en": _("Kind")}, required=True, choices=kinds),
            Column("hant", ColumnKind.TEXT, {"en": "繁體中文"}),
            Column("hans", ColumnKind.TEXT, {"en": "简体中文"}),
            Column("en", ColumnKind.TEXT, {"en": "English"}),
            Column("required", ColumnKind.CHOICE, {"en": _("Needed")}, choices=yes),
            Column("minimum", ColumnKind.NUMBER, {"en": _("Least")}),
            Column("maximum", ColumnKind.NUMBER, {"en": _("Greatest")}),
            Column("whole", ColumnKind.CHOICE, {"en": _("Whole")}, choices=yes),
            Column("total", ColumnKind.CHOICE, {"en": _("Total")}, choices=yes),
            Column("more", ColumnKind.TEXT, {"en": _("Choices (key|繁|简|English; …) or calculation (hours * size)")}),
        ),
    )


def read_columns(rows: Sequence[Mapping[str, object]]) -> tuple[Column, ...]:
    """From the rows of that table."""
    return tuple(_column(row) for row in rows)


def _column(row: Mapping[str, object]) -> Column:
    kind, more = ColumnKind(row["kind"]), str(row.get("more", ""))
    return Column(
        key=str(row["key"]),
        kind=kind,
        label={code: str(row[short]) for short, code in WORDS.items() if row.get(short)},
        required=row.get("required") == YES and kind != ColumnKind.CALCULATED,
        choices=_choices(more) if kind == ColumnKind.CHOICE else (),
        minimum=number_from_json(row.get("minimum")),
        maximum=number_from_json(row.get("maximum")),
        whole=row.get("whole") == YES,
        total=row.get("total") == YES,
        formula=_formula(more) if kind == ColumnKind.CALCULATED else None,
    )


def _choices(text: str) -> tuple[Choice, ...]:
    """`key|繁|简|English; …`; without bars the key is the words as well."""
    found = []
    for each in filter(None, (part.strip() for part in re.split(r"[;；]", text))):
        parts = [part.strip() for part in re.split(r"[|｜]", each)]
        label = zip(WORDS.values(), parts[1:] or parts, strict=False)
        found.append(Choice(parts[0], {code: word for code, word in label if word}))
    return tuple(found)


def _formula(text: str) -> Formula | None:
    by = "*" if re.search(r"[*×＊]", text) else "+"
    of = tuple(part.strip() for part in re.split(r"[*×＊+＋]", text) if part.strip())
    return Formula(of, by) if of else None


def write_columns(columns: Sequence[Column]) -> list[dict[str, object]]:
    """The same the other way round."""
    return [
        {
            "key": column.key,
            "kind": str(column.kind),
            **{short: column.label.get(code, "") for short, code in WORDS.items()},
            **{name: YES for name in ("required", "whole", "total") if getattr(column, name)},
            "minimum": column.minimum,
            "maximum": column.maximum,
            "more": str(column.formula) if column.formula else _written(column.choices),
        }
        for column in columns
    ]


def _written(choices: Sequence[Choice]) -> str:
    return "; ".join("|".join([each.key, *(each.label.get(code, "") for code in WORDS.values())]) for each in choices)
