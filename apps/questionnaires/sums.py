"""Rules of the kind "these add up to that": data, how they are written, and whether answers keep them. Pure.

A part is the key of a number, or `table.column` for the whole column. What is compared with is a number or a part.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.questionnaires.amounts import amount, read_amount, total
from apps.questionnaires.enums import SumOperator

Answers = Mapping[str, object]
PART = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")
OPERATORS = (("<=", SumOperator.AT_MOST), (">=", SumOperator.AT_LEAST), ("=", SumOperator.EQUALS))
KEPT = {
    SumOperator.EQUALS: lambda sum_, other: sum_ == other,
    SumOperator.AT_MOST: lambda sum_, other: sum_ <= other,
    SumOperator.AT_LEAST: lambda sum_, other: sum_ >= other,
}


class NoSumRule(ValueError):
    """A line that is not of the form `a + table.column = total`."""


@dataclass(frozen=True)
class SumRule:
    """`parts` added up, compared with `target` (a part or a number, as text)."""

    parts: tuple[str, ...]
    operator: SumOperator
    target: str

    def __str__(self) -> str:
        return f"{' + '.join(self.parts)} {self.operator} {self.target}"

    @property
    def number(self) -> Decimal | None:
        """The number compared with; None when it is another answer."""
        return read_amount(self.target)

    @property
    def references(self) -> tuple[str, ...]:
        """The parts, and the target if it is one."""
        return self.parts if self.number is not None else (*self.parts, self.target)

    @property
    def keys(self) -> frozenset[str]:
        """The questions that the rule looks at."""
        return frozenset(part.partition(".")[0] for part in self.references)

    def sum_of(self, answers: Answers) -> Decimal:
        return total(value_of(part, answers) for part in self.parts)

    def compared_with(self, answers: Answers) -> Decimal:
        number = self.number
        return value_of(self.target, answers) if number is None else number

    def applies(self, answers: Answers) -> bool:
        """Is there anything to compare? Not while the parts, or the answer compared with, are missing."""
        parts = any(part.partition(".")[0] in answers for part in self.parts)
        return parts and (self.number is not None or self.target.partition(".")[0] in answers)

    def is_kept(self, answers: Answers) -> bool:
        return not self.applies(answers) or KEPT[self.operator](self.sum_of(answers), self.compared_with(answers))


def value_of(part: str, answers: Answers) -> Decimal:
    """The answer to a number, or the sum of a table's column."""
    key, _dot, column = part.partition(".")
    answer = answers.get(key)
    if not column:
        return amount(answer)
    rows = answer if isinstance(answer, list) else ()
    return total(row.get(column) for row in rows if isinstance(row, dict))


def read_sum(line: str) -> SumRule:
    """From `courses.hours + thesis = total`; ≤ and full-width marks are taken. Raises NoSumRule."""
    text = unicodedata.normalize("NFKC", line).replace("≤", "<=").replace("≥", ">=").replace("⩽", "<=").strip()
    for mark, operator in OPERATORS:
        left, found, right = text.partition(mark)
        if found:
            parts = tuple(part.strip() for part in left.split("+"))
            target = right.strip()
            if all(PART.fullmatch(part) for part in parts) and (
                PART.fullmatch(target) or read_amount(target) is not None
            ):
                return SumRule(parts, operator, target)
            break
    raise NoSumRule(line)


def sum_from_json(row: Mapping[str, Any]) -> SumRule:
    return SumRule(tuple(str(part) for part in row["parts"]), SumOperator(row["operator"]), str(row["target"]))


def sum_to_json(rule: SumRule) -> dict[str, Any]:
    return {"parts": list(rule.parts), "operator": str(rule.operator), "target": rule.target}
