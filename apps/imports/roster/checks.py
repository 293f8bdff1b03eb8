"""What can be wrong with one row of a roster by itself."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from apps.imports.targets import Problem

NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
ACCOUNTS = {  # without the signs that divide names in a call, so that nobody else is reached
    "wecom": re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}"),
    "dingtalk": re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@$:-]{0,63}"),
}
EXPONENT = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
LONGEST = {
    "name": 80,
    "name_en": 120,
    "mail": 254,
    "phone": 40,
    "office_phone": 40,
    "programme": 60,
    "class": 60,
    "department": 60,
}


def check_row(values: dict[str, str]) -> list[Problem]:
    """Every problem of the row, the number first."""
    problems = [*_number(values.get("number", "")), *_name(values.get("name", "")), *_mail(values)]
    problems += _accounts(values)
    for key, value in values.items():
        if any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") for letter in value):
            problems.append(Problem(key, "control", {}))
        elif key not in ACCOUNTS and len(value) > LONGEST.get(key, 80):
            problems.append(Problem(key, "too_long", {"most": LONGEST.get(key, 80)}))
    return problems


def _number(value: str) -> list[Problem]:
    if not value:
        return [Problem("number", "no_number", {})]
    if EXPONENT.fullmatch(value):
        return [Problem("number", "exponent", {"value": value})]
    return [] if NUMBER.fullmatch(value) else [Problem("number", "bad_number", {"value": value[:60]})]


def _name(value: str) -> list[Problem]:
    return [] if value else [Problem("name", "no_name", {})]


def _mail(values: dict[str, str]) -> list[Problem]:
    """A roster without a mail column says nothing about mail; a blank cell in one is worth a look."""
    if "mail" not in values:
        return []
    value = values["mail"]
    if not value:
        return [Problem("mail", "no_mail", {}, refuses=False)]
    return [] if is_mail(value) else [Problem("mail", "broken_mail", {"value": value[:80]})]


def _accounts(values: dict[str, str]) -> list[Problem]:
    """A wrong account would be written to for ever without a word, or reach somebody else."""
    found = []
    for key, pattern in ACCOUNTS.items():
        value = values.get(key, "")
        if value and EXPONENT.fullmatch(value):
            found.append(Problem(key, "exponent", {"value": value}))
        elif value and not pattern.fullmatch(value):
            found.append(Problem(key, "broken_account", {"value": value[:80]}))
    return found


def is_mail(value: str) -> bool:
    """Plain ASCII only: ＠ or ； in an address is a slip that must be mended at its source, not guessed at here."""
    try:
        validate_email(value)
    except ValidationError:
        return False
    return value.isascii()
