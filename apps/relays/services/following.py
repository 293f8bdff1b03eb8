"""What units passed on follows what they were sent: a correction, a replacement or taking back goes down by itself.

Nobody types it twice, and no unit's people stay with words that count no more. Rows say what was passed on of which
edition, so a sweep finds what lags behind, whoever changed it on whichever level; each sweep goes one level down, and
run twice it changes nothing. What became of it stands in the history of the unit's line.
"""

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Q

from apps.journal.models import Entry
from apps.journal.services import record
from apps.notices.enums import EditionKind, NoticeState
from apps.notices.models import Edition, Notice
from apps.notices.services import NotYetChangeable, UnableToChange, VersionClash, change, recall
from apps.people.models import Person
from apps.relays.enums import LineState
from apps.relays.merging import Merged, merge
from apps.relays.models import Copy, RelayLine
from apps.relays.services.locking import lock_line
from apps.relays.services.reporting import end_by_excuse

BATCH = 100
log = structlog.get_logger(__name__)


def follow_originals(at: datetime) -> int:
    """Bring copies up to their originals; gives how many. One that cannot be changed yet is tried again next time."""
    keys = Copy.objects.behind().order_by("pk").values_list("pk", flat=True)
    return sum(_follow(key, at) for key in keys[:BATCH])


def release_lines(at: datetime) -> int:
    """A unit that took back what it had passed down asks nothing more of the units below; gives how many those are."""
    keys = RelayLine.objects.to_release().order_by("pk").values_list("pk", flat=True)
    return sum(_release(key, at) for key in keys[:BATCH])


@transaction.atomic
def _follow(key: int, at: datetime) -> bool:
    rows = Copy.objects.select_for_update(of=("self",), skip_locked=True).select_related("source__unit")
    copy = rows.filter(pk=key).first()
    if copy is None:
        return False
    copy.notice = Notice.objects.select_for_update(no_key=True).get(pk=copy.notice_id)
    try:
        with transaction.atomic():
            return _take_back(copy, at) if copy.source.state == NoticeState.WITHDRAWN else _bring_up(copy, at)
    except (NotYetChangeable, VersionClash) as error:
        log.warning("copy_lags_behind", notice=copy.notice_id, source=copy.source_id, reason=str(error))
        return False


def _bring_up(copy: Copy, at: datetime) -> bool:
    """The newest words, said to have changed by whom and why as in the original. Who acknowledged words that were
    replaced since is asked anew, unless nothing is asked of the unit any more.
    """
    editions = list(
        copy.source.editions.filter(number__gte=copy.edition).select_related("published_by").order_by("number")
    )
    before, news = editions[0], editions[1:]
    if not news:
        return False
    line, verbs = _line_of(copy.notice), ["copy_followed"]
    if copy.notice.state == NoticeState.WITHDRAWN:
        verbs = ["copy_was_taken_back"]
    else:
        merged = merge(copy.notice, copy.note, copy.source, before, news[-1])
        try:
            verbs += _change(copy, news, merged, line, at)
        except NotYetChangeable:
            raise
        except UnableToChange:
            verbs = ["copy_stayed"]
    copy.edition, copy.acknowledge_by = news[-1].number, copy.source.acknowledge_by
    copy.save(update_fields=["edition", "acknowledge_by"])
    for verb in verbs if line else ():
        _note(line, verb, copy, news[-1], at)
    return verbs[0] == "copy_followed"


def _change(copy: Copy, news: list[Edition], merged: Merged, line: RelayLine | None, at: datetime) -> list[str]:
    """Gives what is to be said of it beside. Raises UnableToChange."""
    actor, behalf = _who("changed_published", copy.source, news[-1])
    is_replaced = any(edition.kind == EditionKind.REPLACEMENT for edition in news)
    is_excused = line is not None and line.state == LineState.EXCUSED
    change(
        notice=copy.notice,
        actor=actor,
        on_behalf_of=behalf,
        follows=copy.source,
        kind=EditionKind.REPLACEMENT if is_replaced and not is_excused else EditionKind.CORRECTION,
        version=copy.notice.version,
        title=merged.title,
        body=merged.body,
        note="; ".join(dict.fromkeys(edition.note for edition in news)),
        acknowledge_by=_new_day(copy, line, at),
        at=at,
    )
    more = ["copy_not_asked_anew"] if is_replaced and is_excused else []
    return [*more, "copy_overruled"] if merged.overruled else more


def _new_day(copy: Copy, line: RelayLine | None, at: datetime) -> datetime | None:
    """The original's day where it was changed and counts for the people; None: the copy keeps its own."""
    day, end = copy.source.acknowledge_by, copy.notice.expires_at
    if day is None or day == copy.acknowledge_by or day <= at or (end and day > end):
        return None
    return None if line and line.report_by else day


def _take_back(copy: Copy, at: datetime) -> bool:
    actor, behalf = _who("withdrawn", copy.source)
    reason = copy.source.withdraw_reason
    recall(notice=copy.notice, actor=actor, on_behalf_of=behalf, follows=copy.source, reason=reason, at=at)
    line = _line_of(copy.notice)
    if line:
        _note(line, "copy_taken_back", copy, None, at)
    return True


@transaction.atomic
def _release(key: int, at: datetime) -> bool:
    row = lock_line(key)
    if not row.is_open or row.notice.state != NoticeState.WITHDRAWN:
        return False
    actor, behalf = _who("withdrawn", row.notice)
    end_by_excuse(row, actor=actor, behalf=behalf, reason=row.notice.withdraw_reason, at=at)
    return True


def _who(act: str, source: Notice, edition: Edition | None = None) -> tuple[Person, Person | None]:
    """Who did it to the original, and in whose place."""
    entries = Entry.objects.about(source).filter(verb=act).select_related("actor", "on_behalf_of")
    entry = (entries.filter(changes__edition__1=edition.number) if edition else entries).latest("pk")
    return entry.actor, entry.on_behalf_of


def _line_of(notice: Notice) -> RelayLine | None:
    return RelayLine.objects.filter(Q(passed_on=notice) | Q(passed_down=notice)).first()


def _note(line: RelayLine, verb: str, copy: Copy, edition: Edition | None, at: datetime) -> None:
    """In the name of who changed the original."""
    actor, behalf = _who("changed_published" if edition else "withdrawn", copy.source, edition)
    changes = (
        {"notice": copy.notice.number, "edition": copy.notice.edition} if edition else {"notice": copy.notice.number}
    )
    note = edition.note if edition else copy.source.withdraw_reason
    record(actor=actor, verb=verb, obj=line, on_behalf_of=behalf, changes=changes, note=note, at=at)
