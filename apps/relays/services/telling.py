"""What goes out to one person about units: one message for all lines, in every language of the portal."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from apps.core.text import localized
from apps.delivery.enums import Queue
from apps.delivery.services import Text, tell
from apps.people.enums import Language
from apps.people.models import Person
from apps.relays.models import Extension, RelayLine


def ask_stand_in(person: Person, lines: Sequence[RelayLine], at: datetime) -> None:
    """You are asked to sign for these units: their secretaries have not."""

    def subject() -> str:
        words = ngettext("Please sign for %(count)s unit", "Please sign for %(count)s units", len(lines))
        return words % {"count": len(lines)}

    _tell(person, lines, subject, lambda: _("The unit's secretary has not signed for these notices. You stand in:"), at)


def remind_of_units(
    person: Person, lines: Sequence[RelayLine], at: datetime, names: Mapping[int, Person | None] | None = None
) -> None:
    """These are the things that units still owe. `names`: by line, in whose place the person is asked, if in any."""

    def subject() -> str:
        words = ngettext("%(count)s notice waits for your unit", "%(count)s notices wait for your unit", len(lines))
        return f"{words % {'count': len(lines)}} ({timezone.localtime(at):%Y-%m-%d})"

    _tell(person, lines, subject, lambda: _("What your unit has not passed on or reported yet:"), at, names)


def tell_extension(person: Person, line: RelayLine, wish: Extension, at: datetime) -> None:
    """Whether there is more time, to who asked for it."""

    def subject() -> str:
        if not wish.is_granted:
            return _("No more time for %(unit)s") % {"unit": line.unit}
        day = f"{timezone.localtime(wish.granted):%Y-%m-%d %H:%M}"
        return _("More time for %(unit)s, until %(time)s") % {"unit": line.unit, "time": day}

    def head() -> str:
        return wish.note or _("You asked for more time:")

    _tell(person, [line], subject, head, at)


def _tell(
    person: Person,
    lines: Sequence[RelayLine],
    subject: Callable[[], str],
    head: Callable[[], str],
    at: datetime,
    names: Mapping[int, Person | None] | None = None,
) -> None:
    texts = {}
    for language in Language.values:
        with override(language):
            rows = [_row(line, (names or {}).get(line.pk)) for line in lines]
            texts[language] = Text(subject(), "\n".join([head(), "", *rows]))
    page = lines[0].get_absolute_url() if len(lines) == 1 else reverse("dashboard:home")
    tell(person=person, source="relays.lines", texts=texts, queue=Queue.REMINDER, target_url=page, at=at)


def _row(line: RelayLine, behalf: Person | None) -> str:
    row, due = f"· {line.unit}: {localized(line.relay.notice.title)}", line.due_at()
    if due:
        row += " · " + _("until %(time)s") % {"time": f"{timezone.localtime(due):%Y-%m-%d %H:%M}"}
    return row + " · " + _("for %(name)s") % {"name": behalf.name} if behalf else row
