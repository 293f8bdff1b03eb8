"""Why somebody is among those a notice is for, in words: "staff of 計算機系"."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from apps.core.text import localized
from apps.notices.audience import ANYWHERE, FROM_LIST, GROUP, HAD, LISTED, UNIT_AND_BELOW
from apps.people.enums import Role
from apps.people.models import Group, Unit


def reason_texts(codes: Iterable[str]) -> dict[str, str]:
    """Words for each reason code, in the active language (two queries, whatever the number of codes)."""
    wanted = set(codes)
    lists = {code for code in wanted if code.startswith(f"{FROM_LIST}:")}
    keys = [code.split(":")[1] for code in wanted - lists if code.count(":") >= 2]
    units = Unit.objects.in_bulk([int(key) for key in keys if key])
    teams = Group.objects.in_bulk([int(code.split(":")[1]) for code in wanted if code.startswith(f"{GROUP}:")])
    return {code: _text(code, units, teams) for code in wanted}


def _text(code: str, units: dict[int, Unit], teams: dict[int, Group]) -> str:
    if code == LISTED:
        return _("listed by number")
    if code == HAD:
        return _("had the line before; the reason is lost")
    if code.startswith(f"{FROM_LIST}:"):
        _kind, day, file = code.split(":", 2)
        return _("from the list “%(file)s” of %(day)s") % {"file": file, "day": day}
    kind, key, *rest = code.split(":")
    if kind == GROUP:
        team = teams.get(int(key))
        return _("member of %(group)s") % {"group": localized(team.name) if team else key}
    roles = _role_words(rest[0] if rest else "")
    if len(rest) > 1:
        roles = _("%(roles)s who entered in %(years)s") % {"roles": roles, "years": _(", ").join(rest[1].split(","))}
    if kind == ANYWHERE:
        return roles
    unit = units.get(int(key))
    values = {"roles": roles, "unit": localized(unit.name) if unit else key}
    if kind == UNIT_AND_BELOW:
        return _("%(roles)s of %(unit)s and below") % values
    return _("%(roles)s of %(unit)s") % values


def _role_words(roles: str) -> str:
    labels = dict(Role.choices)
    return _(", ").join(str(labels.get(role, role)) for role in roles.split(",") if role) or _("everybody")
