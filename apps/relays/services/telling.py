"""What goes out to one person about units: one message for all lines, in every language of the portal."""

from collections.abc import Callable, Sequence
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
from apps.relays.models import RelayLine


def ask_stand_in(person: Person, lines: Sequence[RelayLine], at: datetime) -> None:
    """You are asked to sign for these units: their secretaries have not."""

    def subject() -> str:
        words = ngettext("Please sign for %(count)s unit", "Please sign for %(count)s units", len(lines))
        return words % {"count": len(lines)}

    _tell(person, lines, subject, lambda: _("The unit's secretary has not signed for these notices. You stand in:"), at)


def remind_secretary(person: Person, lines: Sequence[RelayLine], at: datetime) -> None:
    """These are the things your units still owe."""

    def subject() -> str:
        words = ngettext("%(count)s notice waits for your unit", "%(count)s notices wait for your unit", len(lines))
        return f"{words % {'count': len(lines)}} ({timezone.localtime(at):%Y-%m-%d})"

    _tell(person, lines, subject, lambda: _("What your unit has not passed on or reported yet:"), at)


def _tell(
    person: Person, lines: Sequence[RelayLine], subject: Callable[[], str], head: Callable[[], str], at: datetime
) -> None:
    texts = {}
    for language in Language.values:
        with override(language):
            rows = [_row(line) for line in lines]
            texts[language] = Text(subject(), "\n".join([head(), "", *rows]))
    page = lines[0].get_absolute_url() if len(lines) == 1 else reverse("dashboard:home")
    tell(person=person, source="relays.lines", texts=texts, queue=Queue.REMINDER, target_url=page, at=at)


def _row(line: RelayLine) -> str:
    row, due = f"· {line.unit}: {localized(line.relay.notice.title)}", line.due_at()
    if due is None:
        return row
    until = _("until %(time)s") % {"time": f"{timezone.localtime(due):%Y-%m-%d %H:%M}"}
    return f"{row} · {until}"
