"""Compare the good rows of a roster with the portal: what is new, changed, unchanged or doubtful. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from apps.imports.enums import Verdict
from apps.imports.models import Row
from apps.imports.roster.doubles import CHATS, judge_doubles, refuse
from apps.imports.roster.known import Known, known_people, owners_of_account, owners_of_mail
from apps.imports.roster.units import Path, UnitBook, wanted_path
from apps.imports.targets import Problem
from apps.people.enums import ContactKind
from apps.people.models import ContactPoint

PHONES = ("phone", "office_phone")


@dataclass(frozen=True)
class Plan:
    """As what the people of the file come, which rows (by key) may rename, and whether deactivated people come back."""

    role: str
    renames: set[int]
    may_reactivate: bool


def plan_rows(rows: Sequence[Row], plan: Plan, *, at: datetime) -> dict[str, object]:
    """Set verdict, object_id, problems, before and after of each row.

    `after` holds the new values and what to do with posts and contact points, `before` the values they replace.
    Gives {"units": names of units that would be made}.
    """
    rest = judge_doubles(rows)
    people = known_people((row.values["number"] for row in rest), timezone.localtime(at).date())
    owners = owners_of_mail(row.values["mail"] for row in rest if row.values.get("mail"))
    book = UnitBook()
    missing: dict[Path, None] = {}
    for row in rest:
        _judge_owner(row, owners)
        if known := people.get(row.values["number"].upper()):
            _judge_name(row, known, plan.renames)
    _judge_accounts([row for row in rest if not row.verdict])
    for row in rest:
        known = people.get(row.values["number"].upper())
        if row.verdict:
            continue
        path = wanted_path(row.values, plan.role)
        unit = book.find(path)
        _compare(row, known, path, unit.pk if unit else None, plan)
        if unit is None and row.after.get("post"):
            missing[path] = None
    return {"units": [" / ".join(name for _kind, name in path) for path in missing if path]}


def _judge_owner(row: Row, owners: dict[str, object]) -> None:
    owner = owners.get(row.values.get("mail", "").lower())
    if owner and owner.number.upper() != row.values["number"].upper():
        refuse(row, Problem("mail", "mail_in_portal", {"name": owner.name, "number": owner.number}))


def _judge_accounts(rows: Sequence[Row]) -> None:
    """A chat account is one person's; one that its owner gives up in the same file is free: two may change places."""
    for kind in CHATS:
        given = {row.values["number"].upper(): row.values[kind].lower() for row in rows if row.values.get(kind)}
        owners = owners_of_account(kind, given.values())
        for row in rows:
            account = row.values.get(kind, "").lower()
            owner = owners.get(account) if account else None
            if owner is None or owner.number.upper() == row.values["number"].upper():
                continue
            if given.get(owner.number.upper(), account) == account:
                refuse(row, Problem(kind, "account_in_portal", {"name": owner.name, "number": owner.number}))


def _judge_name(row: Row, known: Known, renames: set[int]) -> None:
    row.object_id = known.person.pk
    if row.values["name"] != known.person.name and row.pk not in renames:
        refuse(row, Problem("name", "other_name_in_portal", {"name": known.person.name}))


def _compare(row: Row, known: Known | None, path: Path, unit_id: int | None, plan: Plan) -> None:
    row.before, row.after = {}, {}
    if known is None:
        _describe_new(row, path, unit_id)
        return
    _compare_fields(row, known)
    _compare_activity(row, known, plan)
    _compare_mail(row, known)
    _compare_phones(row, known)
    _compare_chats(row, known)
    _compare_post(row, known, path, unit_id, plan.role)
    row.verdict = Verdict.UPDATED if row.after else Verdict.UNCHANGED


def title_of(values: dict[str, str]) -> str:
    """Rank and position in one line: 讲师、副主任."""
    return "、".join(part for part in (values.get("academic_title"), values.get("position")) if part)[:80]


def _describe_new(row: Row, path: Path, unit_id: int | None) -> None:
    values = row.values
    mail = values.get("mail", "")
    phones = [values[key] for key in PHONES if values.get(key)]
    row.after = {
        "name": values["name"],
        "name_en": values.get("name_en", ""),
        "email": mail,
        "contacts": ([[ContactKind.MAIL, mail, True]] if mail else [])
        + [[ContactKind.PHONE, phone, place == 0] for place, phone in enumerate(dict.fromkeys(phones))]
        + [[kind, values[kind], True] for kind in CHATS if values.get(kind)],
        "post": {"do": "add", "unit": unit_id, "path": path, "title": title_of(values), "main": True},
    }
    row.verdict = Verdict.CREATED


def _compare_fields(row: Row, known: Known) -> None:
    for key in ("name", "name_en"):
        value = row.values.get(key)
        if value and value != getattr(known.person, key):
            row.before[key], row.after[key] = getattr(known.person, key), value


def _compare_activity(row: Row, known: Known, plan: Plan) -> None:
    """Who may not bring deactivated people back leaves them as they are, and reads so."""
    if known.person.is_active:
        return
    if plan.may_reactivate:
        row.before["is_active"], row.after["is_active"] = False, True
    code = "deactivated" if plan.may_reactivate else "stays_deactivated"
    row.problems.append(Problem("number", code, {}, refuses=False).as_json())


def _compare_mail(row: Row, known: Known) -> None:
    """A proved address that works stays the main one; the roster's address is added beside it. So does any address of
    whoever has an account of their own: by a new one the account could be taken.
    """
    mail = row.values.get("mail")
    if not mail:
        return
    main, same = known.primary(ContactKind.MAIL), known.contact(ContactKind.MAIL, mail)
    if known.keeps_account:
        _add_mail(row, known, mail, main, same)
        return
    keeps = main is not None and main.works and main.verified_at is not None
    if same is None:
        row.after.setdefault("contacts", []).append([ContactKind.MAIL, mail, not keeps])
        if main and not keeps:
            row.after["demote"] = [main.pk]
    if not keeps and same is None and mail.lower() != known.person.email.lower():
        row.before["email"], row.after["email"] = known.person.email, mail
    elif not known.person.email:
        row.before["email"], row.after["email"] = "", mail


def _add_mail(row: Row, known: Known, mail: str, main: ContactPoint | None, same: ContactPoint | None) -> None:
    """The main address only where there is none; never the one for signing in."""
    if same is None:
        row.after.setdefault("contacts", []).append([ContactKind.MAIL, mail, main is None])
    if mail.lower() != known.person.email.lower():
        row.problems.append(Problem("mail", "mail_kept", {}, refuses=False).as_json())


def _compare_phones(row: Row, known: Known) -> None:
    has_main = known.primary(ContactKind.PHONE) is not None
    for phone in dict.fromkeys(row.values[key] for key in PHONES if row.values.get(key)):
        if known.contact(ContactKind.PHONE, phone) is None:
            row.after.setdefault("contacts", []).append([ContactKind.PHONE, phone, not has_main])
            has_main = True


def _compare_chats(row: Row, known: Known) -> None:
    """A name in a chat service is the office's to say: the roster's becomes the main one, also one that the person had
    before. A blank cell says nothing.
    """
    for kind in CHATS:
        value, main = row.values.get(kind), known.primary(kind)
        same = known.contact(kind, value) if value else None
        if not value or (same and same.is_primary):
            continue
        row.before[kind], row.after[kind] = main.value if main else "", value
        if same:
            row.after.setdefault("promote", []).append(same.pk)
        else:
            row.after.setdefault("contacts", []).append([kind, value, True])
        if main:
            row.after.setdefault("demote", []).append(main.pk)


def _compare_post(row: Row, known: Known, path: Path, unit_id: int | None, role: str) -> None:
    held, title = known.posts_as(role), title_of(row.values)
    here = next((post for post in held if unit_id and post.unit_id == unit_id), None)
    post = {"unit": unit_id, "path": path, "title": title, "main": not known.posts}
    if not held:
        row.after["post"] = post | {"do": "add"}
    elif here or not path:
        one = here or (held[0] if len(held) == 1 else None)
        if one and title and one.title != title:
            row.before["post"] = {"id": one.pk, "title": one.title}
            row.after["post"] = {"do": "retitle", "id": one.pk, "title": title}
    elif len(held) == 1:
        (old,) = held
        row.before["post"] = {"id": old.pk, "unit": old.unit_id, "title": old.title}
        row.after["post"] = post | {"do": "move", "id": old.pk, "main": old.is_main, "title": title or old.title}
    else:
        row.problems.append(Problem("class", "two_posts", {}, refuses=False).as_json())
