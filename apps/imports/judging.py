"""From staged rows to values and verdicts. The dry run and the commit both come through here."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime

from apps.imports.enums import Verdict
from apps.imports.mending import mend
from apps.imports.models import Batch, Row
from apps.imports.rules import can_reactivate
from apps.imports.targets import Column, Problem, Target
from apps.people.models import Person

MOSTLY = 0.5


def judge_rows(batch: Batch, rows: Sequence[Row], target: Target, *, actor: Person | None, at: datetime) -> None:
    """Set values, mends, problems and verdict of each row, and the figures of the batch, by what `actor` may bring in.
    Nothing is saved.
    """
    columns = {column.key: column for column in target.columns}
    keys = {sheet["sheet"]: _keys(sheet["titles"], batch.mapping) for sheet in batch.columns}
    by_sheet: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        row.verdict, row.object_id, row.before, row.after = "", None, None, None
        row.problems = [problem for problem in row.problems if problem["code"] == "second_header"]
        row.values, row.mended = {}, []
        if row.problems:
            row.verdict = Verdict.REFUSED
            continue
        _read_values(row, keys[row.sheet], columns)
        by_sheet[row.sheet].append(row)
    for part in by_sheet.values():
        _fill_down(part, columns)
    _validate([row for row in rows if not row.problems or row.values], target)
    options = batch.options | {"may_reactivate": can_reactivate(actor)}
    figures = target.plan([row for row in rows if row.values], options=options, at=at)
    batch.counts = count_verdicts(rows) | figures


def count_verdicts(rows: Sequence[Row]) -> dict[str, int]:
    """How many rows of each verdict, and how many of those that come in should be looked at."""
    found = Counter(row.verdict for row in rows)
    doubtful = sum(bool(row.problems) and row.verdict != Verdict.REFUSED for row in rows)
    return {str(verdict): found[verdict] for verdict in Verdict} | {"doubtful": doubtful}


def _keys(titles: list[str], mapping: dict[str, str]) -> dict[int, str]:
    """Place in the line → key of the column; of two places with one key the first counts."""
    places: dict[str, int] = {}
    for place, title in enumerate(titles):
        if key := mapping.get(title):
            places.setdefault(key, place)
    return {place: key for key, place in places.items()}


def _read_values(row: Row, keys: dict[int, str], columns: dict[str, Column]) -> None:
    for place, key in keys.items():
        cell = row.raw[place] if place < len(row.raw) else ""
        if isinstance(cell, dict):
            row.problems.append(Problem(key, cell["fault"], {}).as_json())
            cell = cell["text"]
        row.values[key], codes = mend(cell, columns[key])
        if codes:
            row.mended.append({"column": key, "codes": codes, "from": cell})


def _fill_down(rows: Sequence[Row], columns: dict[str, Column]) -> None:
    """A column written only in the first line of each block: most lines blank, the first one not."""
    for key, column in columns.items():
        if not column.fill_down or not rows[0].values.get(key):
            continue
        if sum(not row.values[key] for row in rows) <= MOSTLY * len(rows):
            continue
        above = ""
        for row in rows:
            if row.values[key]:
                above = row.values[key]
            else:
                row.values[key] = above
                row.mended.append({"column": key, "codes": ["filled_down"], "from": ""})


def _validate(rows: Sequence[Row], target: Target) -> None:
    for row in rows:
        faulty = {problem["column"] for problem in row.problems}
        found = [problem.as_json() for problem in target.validate(row.values) if problem.column not in faulty]
        row.problems += found
        if any(problem["refuses"] for problem in row.problems):
            row.verdict = Verdict.REFUSED
