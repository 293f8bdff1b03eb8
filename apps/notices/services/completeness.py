"""Expected people minus rows: what should stand in the tables and does not, whenever it was lost.

Never limited to recent notices: a slice of notices at a time, by a kept cursor that begins again at the end. Each check
begins with what is expected and looks for the row (LEFT JOIN), so that a notice that lost all of its rows is seen too.
Every row found missing is kept (MissingRow), so that each figure opens its rows.
"""

from collections import Counter
from datetime import datetime

from django.db.models import Exists, OuterRef

from apps.notices import projection
from apps.notices.enums import MissingKind
from apps.notices.managers import RUNNING
from apps.notices.models import CheckRun, Completeness, Notice, Obligation, Round
from apps.notices.services import ladder as climbing
from apps.notices.services.missing_lines import check_lines
from apps.notices.services.missing_messages import check_rounds, settle_by_themselves

NAME = "completeness"
NOTICES = 50  # notices a run, and about so many people: each costs index scans over its own rows
PEOPLE = 200_000


def find_missing(at: datetime) -> Counter[str]:
    """Check the next slice of running notices; gives what was found and mended, for the log. Safe to run twice.

    Lines come back by the frozen rule, as of the day of publishing, else by what the outbox knows of the person; who
    has a line keeps it. Messages are planned again for who is still open. What nobody can put back stays for a person.
    """
    state, _made = Completeness.objects.get_or_create(name=NAME)
    notices, is_end = _slice(state)
    keys = [notice.pk for notice in notices]
    people = sum(notice.recipient_count or 0 for notice in notices)
    run = CheckRun.objects.create(at=at, notices=len(keys), people=people, is_end=is_end)
    settle_by_themselves(at)
    for notice in check_lines(run, keys, at):
        projection.project_notice(notice)  # what was kept about the person says more than "open"
    check_rounds(run, keys, at)
    _put_on_ladder(keys, at)
    found = _count(run)
    _keep(state, run, keys, found)
    CheckRun.objects.to_forget(at).delete()
    found.update(notices=run.notices, people=run.people)
    return found


def _slice(state: Completeness) -> tuple[list[Notice], bool]:
    """The next notices after the cursor, and whether they are the last ones. One large notice is a slice by itself."""
    rows = Notice.objects.running().filter(fanned_out_at__isnull=False, pk__gt=state.last_id)
    found = list(rows.only("pk", "recipient_count").order_by("pk")[:NOTICES])
    taken, people = [], 0
    for notice in found:
        people += notice.recipient_count or 0
        if taken and people > PEOPLE:
            return taken, False
        taken.append(notice)
    return taken, len(found) < NOTICES


def _put_on_ladder(keys: list[int], at: datetime) -> None:
    """Open people who stand on no rung though the messages were planned: nobody else would look after them."""
    waiting = Obligation.objects.owed().filter(notice=OuterRef("pk"), rung=0)
    planning = Round.objects.filter(notice=OuterRef("pk"), is_complete=False, kind__in=climbing.NEWS)
    rows = Notice.objects.filter(pk__in=keys, state__in=RUNNING, mail_planned_at__isnull=False)
    for notice in rows.filter(Exists(waiting), ~Exists(planning)).select_related("unit", "sender"):
        climbing.start(notice=notice, lines=notice.obligations.all(), at=at)


def _count(run: CheckRun) -> Counter[str]:
    rows = run.rows.all()
    return Counter(
        lines=rows.filter(kind=MissingKind.LINE).count(),
        deliveries=rows.filter(round__isnull=False).count(),
        too_many=rows.filter(kind=MissingKind.SURPLUS).count(),
        left=rows.left().count(),
    )


def _keep(state: Completeness, run: CheckRun, keys: list[int], found: Counter[str]) -> None:
    """Where to go on (from the beginning, when this was the end), and what was ever found."""
    state.last_id = 0 if run.is_end else keys[-1]
    state.last_run_at = run.at
    state.full_round_at = run.at if run.is_end else state.full_round_at
    state.lines_missing += found["lines"]
    state.deliveries_planned += found["deliveries"]
    if found["lines"] or found["deliveries"] or found["too_many"]:
        state.last_found_at = run.at
    state.save()
