"""Numbers as people write them, kept exactly: Decimal in reckoning, int or float in JSON.

A float of at most 15 digits reads back as the decimal that was written (its shortest text), so JSON loses nothing; only
reckoning with floats would. Whatever adds or compares answers goes through `amount`.
"""

import re
import unicodedata
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

MAX_DIGITS, MAX_PLACES = 15, 4
CALCULATED_PLACES = Decimal("0.01")
WRITTEN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)


def read_amount(text: str) -> Decimal | None:
    """What somebody typed: full-width digits and thousands' commas are taken; None when it is no number."""
    plain = unicodedata.normalize("NFKC", text).replace("\N{MINUS SIGN}", "-").replace(" ", "")
    if GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    return Decimal(plain) if WRITTEN.fullmatch(plain) and len(plain) <= 2 * MAX_DIGITS else None


def amount(value: object) -> Decimal:
    """An answer as a number; what is none counts as 0 (an unanswered part of a sum)."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return Decimal(0)
    return Decimal(str(value))


def plain(value: Decimal) -> int | float:
    """As it is kept in JSON."""
    return int(value) if value == value.to_integral_value() else float(value)


def is_amount(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def total(values: Iterable[object]) -> Decimal:
    return sum((amount(value) for value in values), Decimal(0))


def rounded(value: Decimal) -> Decimal:
    """To two decimals, halves up, as offices reckon."""
    return value.quantize(CALCULATED_PLACES, ROUND_HALF_UP)


def amount_text(value: object) -> str:
    """For people: 12, 0.5, without idle zeros and never in powers of ten."""
    text = f"{amount(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
