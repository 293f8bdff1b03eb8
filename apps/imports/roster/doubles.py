"""Rows of one file that speak of one number or one address. Never decide between two people: name both lines."""

from collections import defaultdict
from collections.abc import Sequence

from apps.imports.enums import Verdict
from apps.imports.models import Row
from apps.imports.roster.columns import BY_KEY
from apps.imports.targets import Problem
from apps.people.enums import ContactKind

CHATS = (ContactKind.WECOM, ContactKind.DINGTALK)  # named as their columns


def judge_doubles(rows: Sequence[Row]) -> list[Row]:
    """Mark doubles and contradictions; gives the rows that remain to be brought in."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if number := row.values.get("number"):
            groups[number.upper()].append(row)
    for group in groups.values():
        if len(group) > 1:
            _judge_numbers(group)
    for key, code in (("mail", "mail_in_file"), *((kind, "account_in_file") for kind in CHATS)):
        _judge_shared([row for row in rows if not row.verdict], key, code)
    return [row for row in rows if not row.verdict]


def refuse(row: Row, problem: Problem) -> None:
    row.problems.append(problem.as_json())
    if problem.refuses:
        row.verdict = Verdict.REFUSED


def _judge_numbers(group: list[Row]) -> None:
    first = group[0]
    for row in group[1:]:
        if row.values.get("name") != first.values.get("name"):
            _against(row, first)
            _against(first, row)
        elif key := _differing(first.values, row.values):
            params = {"column": str(BY_KEY[key].label)}
            refuse(row, Problem(key, "same_number_other_values", params | {"line": _place(first, row)}))
            refuse(first, Problem(key, "same_number_other_values", params | {"line": _place(row, first)}))
    for row in group[1:]:
        if not row.verdict and not first.verdict:
            row.problems.append(
                Problem("number", "same_as_line", {"line": _place(first, row)}, refuses=False).as_json()
            )
            row.verdict = Verdict.UNCHANGED
        elif not row.verdict:  # its twin contradicts a third line
            refuse(
                row,
                Problem("number", "same_number_other_name", {"line": _place(first, row), "name": first.values["name"]}),
            )


def _against(row: Row, other: Row) -> None:
    refuse(
        row,
        Problem("number", "same_number_other_name", {"line": _place(other, row), "name": other.values.get("name", "")}),
    )


def _place(row: Row, seen_from: Row) -> str:
    """The line, with its sheet when that is another one."""
    return str(row.line) if row.sheet == seen_from.sheet else f"{row.sheet} {row.line}"


def _differing(first: dict[str, str], second: dict[str, str]) -> str:
    return next((key for key in first if first[key] != second.get(key)), "")


def _judge_shared(rows: Sequence[Row], key: str, code: str) -> None:
    """An address or account that two numbers have: both are refused, whoever stands first."""
    seen: dict[str, Row] = {}
    for row in rows:
        value = row.values.get(key, "").lower()
        if not value:
            continue
        first = seen.setdefault(value, row)
        if first is not row:
            refuse(row, Problem(key, code, {"line": _place(first, row)}))
            refuse(first, Problem(key, code, {"line": _place(row, first)}))
