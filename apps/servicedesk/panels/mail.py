"""What the pages say of mails: notes in words, the views of the list, the requests that a mail may belong to."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.pages import count_label
from apps.core.search import fold, narrow
from apps.people.enums import ContactKind
from apps.people.models import ContactPoint, Person
from apps.servicedesk.mail_managers import MailQuerySet
from apps.servicedesk.models import MailIn, Request
from apps.servicedesk.search import NUMBER

FOUND = 8
COUNTED = 99


@dataclass(frozen=True)
class View:
    """One list of mails. `by`: how it is ordered and paged."""

    code: str
    label: str | Promise
    narrow: Callable[[MailQuerySet], MailQuerySet]
    newest_first: bool = True


VIEWS = {
    view.code: view
    for view in (
        View("waiting", gettext_lazy("Waiting"), lambda rows: rows.waiting(), newest_first=False),
        View("settled", gettext_lazy("Dealt with"), lambda rows: rows.by_hand()),
        View("aside", gettext_lazy("Put aside by rule"), lambda rows: rows.aside()),
    )
}


def tabs(user: Person) -> list[tuple[View, str]]:
    """The views with the number of rows in each (a query for each)."""
    rows = MailIn.objects.visible_to(user)
    return [(view, count_label(view.narrow(rows), COUNTED)) for view in VIEWS.values()]


def note_lines(notes: list[dict[str, str]]) -> list[str]:
    """The notes on a mail, for people."""
    return [words for note in notes if (words := note_words(note))]


def note_words(note: dict[str, str]) -> str:
    """What was left out, in words; reasons of a refusal were written when the file came."""
    name = note.get("name", "")
    if note["code"] == "decoration":
        return _("left out: %(name)s, a small or repeated picture of the signature") % {"name": name}
    if note["code"] == "signed":
        return _("signed by key; the portal does not check such signatures")
    if note["code"] == "shortened":
        return _("shortened; the whole mail has the rest")
    return _("not taken: %(why)s") % {"why": note.get("why") or name}


def whose(mail: MailIn) -> list[int]:
    """Who wrote it, else those to whom the address belongs: a hint for the search, no proof (at most one query)."""
    if mail.person_id:
        return [mail.person_id]
    points = ContactPoint.objects.alias(small=Lower("value")).filter(kind=ContactKind.MAIL, small=mail.sender.lower())
    return list(points.values_list("person_id", flat=True)[:FOUND])


def candidates(user: Person, mail: MailIn, text: str) -> QuerySet:
    """Requests that the mail may be about: by the typed words or number, else those of its sender."""
    rows = Request.objects.visible_to(user).filter(submitted_at__isnull=False).select_related("requester", "service")
    wanted = fold(text)[:100]
    if NUMBER.fullmatch(wanted):
        rows = rows.filter(number=wanted.upper())
    elif wanted:
        rows = narrow(rows, "title", wanted)
    elif mail.request_id:
        rows = rows.filter(pk=mail.request_id)
    else:
        rows = rows.filter(requester__in=whose(mail))
    return rows.order_by("-submitted_at", "-pk")[:FOUND]
