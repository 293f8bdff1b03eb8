"""What the parts of a service's file hold that came with version 2: promises, handling, papers. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from apps.questionnaires.enums import KEY
from apps.servicedesk.enums import (
    AssignmentKind,
    EscalationTo,
    EscalationWhen,
    HolderKind,
    PaperLayout,
    Priority,
    Promise,
    TaskMoment,
    ValidityUnit,
)
from apps.servicedesk.papers.content import LONGEST, TEXTS
from apps.servicedesk.transfer.checks import (
    CODE,
    Check,
    at,
    check_list,
    check_table,
    inside,
    is_flag,
    is_list_of,
    is_nothing_or,
    is_one_of,
    is_table_of,
    is_text,
    is_whole,
    is_words,
    said,
)

PRIORITIES = {priority.name.lower(): priority for priority in Priority}
MOST = 60  # rows of a part
is_name = is_text(40, empty=False)
is_minutes = is_whole(15, 100_000)
is_days = is_nothing_or(is_whole(1, 250))
TARGET: dict[str, Check] = {"first_response_minutes": is_minutes, "target_minutes": is_minutes}
CARE: dict[str, Check] = {
    "pause_days": is_whole(1, 250),
    "handler_days": is_days,
    "director_days": is_days,
    "requester_days": is_days,
    "lapse_days": is_nothing_or(is_whole(2, 500)),
    "urges_per_week": is_whole(1, 50),
}
RULE: dict[str, Check] = {
    "promise": is_one_of(*Promise.values),
    "when": is_one_of(*EscalationWhen.values),
    "amount": is_whole(0, 100_000),
    "to": is_one_of(*EscalationTo.values),
    "person": is_name,
}
DUPLICATES: dict[str, Check] = {
    "days": is_whole(0, 365),
    "things": is_list_of(lambda value: isinstance(value, str) and bool(KEY.fullmatch(value))),
}
ASSIGNMENT: dict[str, Check] = {
    "kind": is_one_of(*AssignmentKind.values),
    "skilled": is_list_of(is_name),
    "units": is_table_of(is_name, is_name),
    "counts_time": is_flag,
}
TASK: dict[str, Check] = {
    "title": is_text(120, empty=False),
    "words": is_text(4000),
    "moment": is_one_of(*TaskMoment.values),
    "owner": is_nothing_or(is_name),
    "due_days": is_days,
    "wants_acceptance": is_flag,
    "shows_subject": is_flag,
}
PAPER: dict[str, Check | type] = {
    "code": lambda value: isinstance(value, str) and bool(CODE.fullmatch(value)),
    "name": is_words(80, needed=True),
    "content": dict,
}
CONTENT: dict[str, Check] = {
    "layout": is_one_of(*PaperLayout.values),
    "holder": is_one_of(*HolderKind.values),
    **{name: is_words(LONGEST[name]) for name in TEXTS},
    "validity_unit": is_one_of(*ValidityUnit.values),
    "validity": is_whole(0, 1200),
    "remind_days": is_whole(0, 365),
    "table": is_text(60),
}
CONTENT_NEEDS = {"layout", "holder", "title", "body"}


def check_targets(part: Any) -> list[str]:
    """By priority, the working minutes until the first answer and until completion."""
    found = check_table(part, dict.fromkeys(PRIORITIES, dict), "targets", optional=set(PRIORITIES))
    rows = part.items() if isinstance(part, dict) else ()
    for name, row in rows:
        if name not in PRIORITIES or not isinstance(row, dict):
            continue
        place = inside("targets", name)
        wrong = check_table(row, TARGET, place, optional=set())
        if not wrong and row["first_response_minutes"] > row["target_minutes"]:
            wrong = [at(place, _("The first answer of “%(name)s” comes after its completion.") % {"name": name})]
        found += wrong
    return found


def check_care(part: Any) -> list[str]:
    found = check_table(part, CARE, "care", optional=set())
    if not found and part["lapse_days"] and not (part["requester_days"] or 501) < part["lapse_days"]:
        return [at("care.lapse_days", _("The requester must be reminded before: give an earlier day for that."))]
    return found


def check_escalation(part: Any) -> list[str]:
    return check_list(part, check_rule, "escalation", most=MOST)


def check_rule(row: Any, place: str) -> list[str]:
    found = check_table(row, RULE, place, optional={"person"})
    if found:
        return found
    if not fits(row["when"], row["amount"]):
        words = _("Minutes before or after, 1 to 99 percent of the time, or 0 when it is due.")
        found.append(at(inside(place, "amount"), words))
    if (row["to"] == EscalationTo.PERSON) != ("person" in row):
        found.append(at(inside(place, "person"), _("It belongs to a rule for a person by name, and only to that.")))
    return found


def fits(when: str, amount: int) -> bool:
    """Can a rule of this kind have this amount?"""
    if when == EscalationWhen.AT:
        return amount == 0
    return 1 <= amount <= (99 if when == EscalationWhen.USED else 100_000)


def check_duplicates(part: Any) -> list[str]:
    return check_table(part, DUPLICATES, "duplicates", optional=set())


def check_assignment(part: Any) -> list[str]:
    found = check_table(part, ASSIGNMENT, "assignment", optional=set())
    if found:
        return found
    if part["kind"] == AssignmentKind.BY_SKILL and not part["skilled"]:
        return [at("assignment.skilled", _("Choose at least one person who knows it."))]
    if part["kind"] == AssignmentKind.BY_UNIT and not part["units"]:
        return [at("assignment.units", _("Name at least one unit and its handler."))]
    return []


def check_tasks(part: Any) -> list[str]:
    return check_list(part, check_task, "tasks", most=MOST)


def check_task(row: Any, place: str) -> list[str]:
    found = check_table(row, TASK, place, optional=set(TASK) - {"title", "moment"})
    if not found and row["moment"] == TaskMoment.SUBMITTED and not row.get("owner"):
        return [at(place, _("Nobody has a request when it is filed: say whose task it is."))]
    return found


def check_papers(part: Any) -> list[str]:
    found = check_list(part, check_paper, "papers", most=MOST)
    if not found and len({row["code"] for row in part}) < len(part):
        return [at("papers", _("One certificate stands there twice."))]
    return found


def check_paper(row: Any, place: str) -> list[str]:
    """A template by its code; with its name and words it can be made where it is not yet."""
    found = check_table(row, PAPER, place, optional={"name", "content"})
    if isinstance(row, Mapping) and isinstance(row.get("content"), dict):
        found += check_table(row["content"], CONTENT, inside(place, "content"), optional=set(CONTENT) - CONTENT_NEEDS)
        if "name" not in row:
            found.append(_("%(place)s is missing.") % {"place": inside(place, "name")})
    return found


def check_value(place: str, check: Check) -> Callable[[Any], list[str]]:
    """A part that is one value."""

    def found(value: Any) -> list[str]:
        words = _("%(place)s cannot be this: %(value)s")
        return [] if check(value) else [words % {"place": place, "value": said(value)}]

    return found


PART_CHECKS: dict[str, Callable[[Any], list[str]]] = {
    "targets": check_targets,
    "care": check_care,
    "escalation": check_escalation,
    "retention_days": check_value("retention_days", is_nothing_or(is_whole(30, 36_500))),
    "reopen_days": check_value("reopen_days", is_whole(0, 250)),
    "duplicates": check_duplicates,
    "assignment": check_assignment,
    "tasks": check_tasks,
    "papers": check_papers,
}
