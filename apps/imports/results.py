"""What an import came to, as plain figures and lines: for the command, the page and the file of refused rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.imports.enums import BatchState, Verdict
from apps.imports.models import Batch, Row
from apps.imports.registry import TARGETS
from apps.imports.roster.doubles import CHATS
from apps.imports.words import MENDS, reason
from apps.people.models import Unit


@dataclass(frozen=True)
class Line:
    """One row for people: where it stands, what is to be said about it, what was mended."""

    row: Row
    column: str
    reason: str
    mends: tuple[str, ...]
    changes: tuple[str, ...] = ()
    can_rename: bool = False
    cells: tuple[str, str, str] = ("", "", "")


def headings(batch: Batch) -> list[str]:
    """What the three cells of a line are."""
    target = TARGETS[batch.target]
    labels = {column.key: str(column.label) for column in target.columns} | {"unit": str(_("Unit"))}
    return [labels[key] for key in target.shown]


def undo_words(batch: Batch) -> str:
    """What undoing this batch does."""
    values = {"created": batch.counts.get(Verdict.CREATED, 0), "updated": batch.counts.get(Verdict.UPDATED, 0)}
    return str(TARGETS[batch.target].undo_words) % values


def cells_of(row: Row) -> tuple[str, str, str]:
    values = row.values | {"unit": row.unit_words}
    first, second, third = (str(values.get(key, "")) for key in TARGETS[row.batch.target].shown)
    return first, second, third


def column_labels(batch: Batch) -> dict[str, str]:
    """Key of a column → its heading in this file, else our own name for it."""
    labels = {column.key: str(column.label) for column in TARGETS[batch.target].columns}
    return labels | {key: title for title, key in batch.mapping.items()} | {"": ""}


def describe(row: Row, labels: dict[str, str]) -> Line:
    """Problems that refuse come first; several are told in one sentence after the other."""
    problems = sorted(row.problems, key=lambda problem: not problem["refuses"])
    mends = tuple(
        f"{labels.get(mend['column'], '')}: {', '.join(str(MENDS[code]) for code in mend['codes'])}"
        for mend in row.mended
    )
    column = labels.get(problems[0]["column"], "") if problems else ""
    words = " ".join(reason(problem) for problem in problems)
    codes = [problem["code"] for problem in problems if problem["refuses"]]
    renames = codes == ["other_name_in_portal"]
    return Line(row, column, words, mends, _changes(row, labels), renames, cells_of(row))


def _changes(row: Row, labels: dict[str, str]) -> tuple[str, ...]:
    """What the row changes about a person who is there: old → new."""
    if row.verdict != Verdict.UPDATED:
        return ()
    before, after = row.before or {}, row.after or {}
    fields = (("name", "name"), ("name_en", "name_en"), ("email", "mail"))
    lines = [f"{labels[key]}: {before.get(field) or '—'} → {after[field]}" for field, key in fields if field in after]
    lines += [f"{labels[kind]}: {before.get(kind) or '—'} → {after[kind]}" for kind in CHATS if kind in after]
    lines += [f"{labels[kind]}: + {value}" for kind, value, _main in after.get("contacts", []) if kind not in CHATS]
    if post := after.get("post"):
        lines.append(_post_change(before.get("post") or {}, post))
    return tuple(lines)


def _post_change(before: dict[str, object], post: dict[str, object]) -> str:
    new = " / ".join(name for _kind, name in post.get("path", [])) or str(post["title"])
    if "unit" in before:
        old = Unit.objects.filter(pk=before["unit"]).first()
        return f"{old} → {new}"
    return f"{before.get('title') or '—'} → {new}"


def refused_lines(batch: Batch) -> Iterator[Line]:
    labels = column_labels(batch)
    for row in batch.rows.filter(verdict=Verdict.REFUSED).order_by("pk").iterator():
        yield describe(row, labels)


def as_figures(batch: Batch, *, dry_run: bool = False) -> dict[str, object]:
    """{"created", "updated", "unchanged", "refused": [{"line", "column", "reason"}]}.

    What was really brought in; for a dry run what would be.
    """
    counts = batch.counts if dry_run or batch.state == BatchState.COMMITTED else {}
    if batch.state in (BatchState.FAILED, BatchState.RECEIVED):
        refused = [{"line": None, "column": "", "reason": batch.problem}]
    else:
        refused = [
            {"line": line.row.line, "column": line.column, "reason": line.reason} for line in refused_lines(batch)
        ]
    return {
        "created": counts.get(Verdict.CREATED, 0),
        "updated": counts.get(Verdict.UPDATED, 0),
        "unchanged": batch.counts.get(Verdict.UNCHANGED, 0),
        "refused": refused,
    }
