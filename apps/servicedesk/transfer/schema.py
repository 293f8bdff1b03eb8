"""What the file of one service may hold. Strict: an unknown key or a wrong value is refused with its place, in words.

Pure: it looks at the file alone. What the file names (units, people, calendar, series) is looked up in transfer_parts.
Version 1 had service, form and steps; version 2 has the parts of `transfer.part_schema` too, each of which may be left
out: it stays as it is then.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from apps.people.enums import Role
from apps.questionnaires.definition_checks import find_problems
from apps.questionnaires.definitions import condition_from_json, condition_to_json, fields_from_json, fields_to_json
from apps.servicedesk.catalogue_enums import AskedWhen, Delay, Fee, OfficePart, StepWho
from apps.servicedesk.enums import Product
from apps.servicedesk.transfer.checks import (
    CODE,
    Check,
    check_list,
    check_table,
    is_amount,
    is_anything,
    is_flag,
    is_list_of,
    is_nothing_or,
    is_one_of,
    is_text,
    is_whole,
    is_words,
    said,
    unknown_keys,
)
from apps.servicedesk.transfer.part_schema import PART_CHECKS

FORMAT = "office-portal-service"
VERSION = 2
LARGEST = 512 * 1024  # characters of a file
MOST_STEPS = 100
RESERVED_CODES = frozenset({"new", "import", "areas"})  # of addresses beside services/<code>
DELAYS = {"low": Delay.LOW, "middle": Delay.MIDDLE, "high": Delay.HIGH}


def is_code(value: Any) -> bool:
    """A word that can stand in an address, and is not that of another page of the catalogue."""
    return isinstance(value, str) and bool(CODE.fullmatch(value)) and value not in RESERVED_CODES


def is_unit(value: Any) -> bool:
    return is_text(40, empty=False)(value)


TOP: dict[str, Check] = {
    "format": is_one_of(FORMAT),
    "version": is_whole(1, VERSION),
    "service": is_anything,
    "form": is_anything,
    "steps": is_anything,
}
AREA = {"code": is_code, "name": is_words(60, needed=True), "icon": is_text(40, empty=False)}
OPEN_TO = {"roles": is_list_of(is_one_of(*Role.values)), "units": is_list_of(is_unit)}
SERVICE: dict[str, Check] = {
    "code": is_code,
    "name": is_words(100, needed=True),
    "description": is_words(300),
    "keywords": is_text(300),
    "icon": is_text(40, empty=False),
    "documents": is_words(600),
    "unit": is_unit,
    "calendar": is_text(40, empty=False),
    "target_minutes": is_whole(15, 100_000),
    "first_response_minutes": is_whole(15, 100_000),
    "fast_lane": is_flag,
    "fee": is_one_of(*Fee.values),
    "fee_amount": is_nothing_or(is_amount),
    "fee_note": is_words(200),
    "delay": is_one_of(*DELAYS),
    "delay_note": is_words(200),
    "product": is_one_of(*Product.values),
    "product_note": is_words(200),
    "office_part": is_one_of(*OfficePart.values),
    "title_fields": is_list_of(is_text(40, empty=False)),
    "number_series": is_text(40, empty=False),
    "offered": is_flag,
}
FORM = {"code": is_code, "name": is_words(100, needed=True), "fields": list}
STEP: dict[str, Check] = {
    "order": is_whole(1, 20),
    "name": is_words(60, needed=True),
    "who": is_one_of(*StepWho.values),
    "role": is_one_of("", *Role.values),
    "unit": is_nothing_or(is_unit),
    "person": is_nothing_or(is_text(40, empty=False)),
    "any_of": is_flag,
    "asked": is_one_of(*AskedWhen.values),
    "condition": is_nothing_or(lambda value: isinstance(value, dict)),
}
# What each way to say who decides needs, and nothing else.
NEEDS = {"role": {"role"}, "post": {"role", "unit"}, "head": set(), "person": {"person"}}


def find_mistakes(document: Any) -> list[str]:
    """Everything that is wrong with the content of a file, each with its place; none: it can be read."""
    return [words for part in mistakes_by_part(document).values() for words in part]


def mistakes_by_part(document: Any) -> dict[str, list[str]]:
    """The same by part of the file ("" for the file as a whole): what is sound can be looked at further."""
    if not isinstance(document, dict):
        return {"": check_table(document, TOP, "", optional=set())}
    known = TOP | (dict.fromkeys(PART_CHECKS, is_anything) if document.get("version") != 1 else {})
    found = {"": check_table(document, known, "", optional=set(PART_CHECKS))}
    found |= {name: check(document[name]) for name, check in CHECKS.items() if name in document and name in known}
    return {name: words for name, words in found.items() if words}


def sound_parts(document: Any, broken: Mapping[str, list[str]]) -> dict[str, Any]:
    """The parts of a file in which nothing was found wrong."""
    if not isinstance(document, dict):
        return {}
    known = set(CHECKS) - (set(PART_CHECKS) if document.get("version") == 1 else set())
    return {name: document[name] for name in CHECKS if name in known and name in document and name not in broken}


def check_service(service: Any) -> list[str]:
    found = check_table(service, SERVICE | {"area": dict, "ask": dict, "see": dict}, "service", optional=set())
    if not isinstance(service, dict):
        return found
    if isinstance(service.get("area"), dict):
        found += check_table(service["area"], AREA, "service.area", optional=set())
    for name in ("ask", "see"):
        if isinstance(service.get(name), dict):
            found += check_table(service[name], OPEN_TO, f"service.{name}", optional=set())
    return found or check_fee(service)


def check_fee(service: Mapping[str, Any]) -> list[str]:
    if (service["fee"] == Fee.AMOUNT) != bool(service["fee_amount"]):
        return [_("service.fee_amount belongs to the fee “amount”, and only to that.")]
    return []


def check_form(form: Any) -> list[str]:
    """Questions that cannot be read, unknown keys in them, and what keeps the form from being published."""
    found = check_table(form, FORM, "form", optional=set())
    if found:
        return found
    try:
        fields = fields_from_json(form["fields"])
        same = fields_to_json(fields)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return [_("form.fields cannot be read: %(error)s") % {"error": said(error)}]
    for place, (given, kept) in enumerate(zip(form["fields"], same, strict=True), start=1):
        found += unknown_keys(given, kept, f"form.fields.{place}")
    return found or [problem.words for problem in find_problems(fields)]


def check_steps(steps: Any) -> list[str]:
    return check_list(steps, check_step, "steps", most=MOST_STEPS)


def check_step(step: Any, place: str) -> list[str]:
    found = check_table(step, STEP, place, optional={"role", "unit", "person", "any_of", "asked", "condition"})
    if found:
        return found
    given = {name for name in ("role", "unit", "person") if step.get(name)}
    if given != NEEDS[step["who"]]:
        words = _("%(place)s asks “%(who)s”, which needs exactly: %(needs)s")
        needs = ", ".join(sorted(NEEDS[step["who"]])) or _("nothing more")
        return [words % {"place": place, "who": step["who"], "needs": needs}]
    return check_condition(step.get("condition"), f"{place}.condition")


def check_condition(row: Any, place: str) -> list[str]:
    if not row:
        return []
    try:
        same = condition_to_json(condition_from_json(row))
    except (KeyError, TypeError, ValueError):
        return [_("%(place)s is no condition: it names a field, an operator and a value.") % {"place": place}]
    return unknown_keys(row, same, place)


CHECKS: dict[str, Callable[[Any], list[str]]] = {
    "service": check_service,
    "form": check_form,
    "steps": check_steps,
    **PART_CHECKS,
}
