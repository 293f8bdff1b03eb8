"""One act on many requests: each row has its own result, none holds up the others."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.clock import now
from apps.journal.models import Entry
from apps.people.deputies import principals
from apps.people.enums import HANDLER_ROLES, DeputyScope
from apps.people.models import Person
from apps.servicedesk.enums import OPEN_STATES, Who
from apps.servicedesk.models import Request
from apps.servicedesk.papers.certificates import UnableToIssue
from apps.servicedesk.rules import TESTS, refusal
from apps.servicedesk.services.errors import UnableToMove
from apps.servicedesk.services.telling import tell_many_assigned, tell_people

MOST = 500  # rows of one act


class Result(NamedTuple):
    """What became of one row: was it done, and in words why not or what."""

    request: Request
    done: bool
    words: str


def each(rows: Sequence[Request], act: Callable[[Request], str]) -> list[Result]:
    """`act` on every row, in a transaction each; gives the words it returned, or those of the refusal."""
    return [_one(row, act) for row in rows]


def _one(row: Request, act: Callable[[Request], str]) -> Result:
    try:
        return Result(row, True, act(row))
    except PermissionDenied as error:
        return Result(row, False, str(error) or _("This is not yours to do."))
    except (UnableToMove, UnableToIssue) as error:
        return Result(row, False, str(error))


@transaction.atomic
def assign_many(
    *, keys: Collection[int], actor: Person, handler: Person, at: datetime | None = None
) -> dict[int, tuple[bool, str]]:
    """Give many requests to one handler in a fixed number of statements; (was it done, in words) by key.

    The rules are those of `assign`, row by row. The handler gets one message about all, not one for each. Raises
    UnableToMove when the person handles no requests at all.
    """
    at = at or now()
    if not handler.is_active or not handler.has_role(*HANDLER_ROLES):
        raise UnableToMove(_("%(name)s does not handle requests.") % {"name": handler.name})
    list(Request.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    rows = list(Request.objects.filter(pk__in=keys).select_related("handler", "requester").order_by("pk"))
    acting = [None, *principals(actor, scope=DeputyScope.REQUESTS, at=at)]
    results, given = {}, list[tuple[Request, Person | None]]()
    for row in rows:
        who = next((person for person in acting if TESTS[Who.HANDLER](person or actor, row)), False)
        mine = who is not False and actor.is_active and actor.pk != row.requester_id
        why_not = _refusal(row, handler, actor, allowed=mine)
        results[row.pk] = (not why_not, why_not or _("Assigned to %(name)s.") % {"name": handler.name})
        if not why_not and row.handler_id != handler.pk:
            given.append((row, who or None))
    _give(given, actor, handler, at)
    return results


def _refusal(row: Request, handler: Person, actor: Person, *, allowed: bool) -> str:
    if row.handler_id == handler.pk:
        return ""
    if not allowed:
        return refusal(actor, row, Who.HANDLER)
    if row.state not in OPEN_STATES:
        return _("This request is closed; nobody needs to have it.")
    if handler.pk == row.requester_id:
        return _("%(name)s asked for this; somebody else has to handle it.") % {"name": handler.name}
    return ""


def _give(given: Sequence[tuple[Request, Person | None]], actor: Person, handler: Person, at: datetime) -> None:
    """Rows, history and one message."""
    if not given:
        return
    keys = [row.pk for row, _who in given]
    Request.objects.filter(pk__in=keys).update(handler=handler, version=F("version") + 1, last_event_at=at)
    kind = ContentType.objects.get_for_model(Request)
    Entry.objects.bulk_create(
        Entry(
            actor=actor,
            on_behalf_of=who,
            verb="assign",
            subject_type=kind,
            subject_id=row.pk,
            changes={
                "handler": [row.handler_id, handler.pk],
                "handler_name": [row.handler.name if row.handler else "", handler.name],
            },
            at=at,
        )
        for row, who in given
    )
    if len(given) == 1:
        row = given[0][0]
        row.handler = handler
        tell_people([handler], "assigned", request=row, actor=actor, at=at)
    else:
        tell_many_assigned(handler, [row for row, _who in given], actor=actor, at=at)


def summary(results: Collection[Result]) -> str:
    """How many were done and how many were not."""
    done = sum(result.done for result in results)
    left = len(results) - done
    first = ngettext("%(count)d done", "%(count)d done", done) % {"count": done}
    return first if not left else f"{first}, " + ngettext("%(count)d not", "%(count)d not", left) % {"count": left}
