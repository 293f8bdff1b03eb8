"""What somebody may do with a part by one press, without words: on its row, and on the dashboard."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.assignments.models import Part, Report
from apps.assignments.rules import as_above, as_clerk, as_head, as_setter, as_urger, as_writer
from apps.assignments.tree import Tree
from apps.core.work_item import Action
from apps.people.models import Person


def quick_acts(user: Person, part: Part, tree: Tree, last: Report | None, *, headless: bool) -> tuple[Action, ...]:
    """`last`: the newest report, with `confirmed_by`; `headless`: the unit has no head (no query)."""
    if part.is_waiting and as_clerk(user, part):
        return (post(_("Sign for it"), "sign", part),)
    if part.is_reported and (as_head(user, part) or (headless and as_clerk(user, part))):
        return (post(_("Confirm"), "confirm", part, **said(part)),)
    if part.is_confirmed and may_answer(user, part, tree, last):
        return (post(pgettext("report", "Accept"), "accept", part, **said(part)),)
    if part.is_paused and (as_writer(user, part) or as_setter(user, part, tree)):
        return (post(_("Let the clock run again"), "resume", part),)
    if part.is_units_turn and not part.is_paused and as_urger(user, part, tree) and not as_writer(user, part):
        return (post(_("Urge"), "urge", part, primary=False),)
    return ()


def may_answer(user: Person, part: Part, tree: Tree, last: Report | None) -> bool:
    """Accept or return: the level above, never who wrote or confirmed the report."""
    own = last is not None and user.pk in (last.author_id, last.confirmed_by)
    return part.is_confirmed and not own and as_above(user, part, tree) is not None


def said(part: Part) -> dict[str, str]:
    """What a button about a report sends along: which one was shown beside it."""
    return {"round": str(part.rounds)}


def post(label: str, name: str, part: Part, *, primary: bool = True, **fields: str) -> Action:
    return Action(label, reverse(f"assignments:{name}", args=[part.pk]), post=True, primary=primary, fields=fields)
