"""The units that a paper goes to get a notice and sign for it. The signature of the paper is the approval of that
notice: its addressees belong to what was signed.
"""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.utils.html import escape
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.dispatch import route
from apps.dispatch.models import Draft, Sheet
from apps.dispatch.paper import paper_language
from apps.dispatch.services.drafting import ANNEX
from apps.dispatch.services.errors import UnableToIssue
from apps.dispatch.services.sealing import paper_of
from apps.dispatch.words import read_words
from apps.documents import services as documents
from apps.documents.enums import RESTRICTED
from apps.journal.models import Attachment
from apps.notices import services as notices
from apps.notices.audience import Rule
from apps.notices.enums import NoticeClass
from apps.notices.models import Notice
from apps.people.models import Person, Unit
from apps.relays import services as relays
from apps.relays.enums import Asked
from apps.relays.people import secretaries_of


def tell_units(draft: Draft, sheet: Sheet, units: Sequence[Unit], *, actor: Person, at: datetime) -> Notice:
    """A notice to the secretaries of these units with the paper and its annexes; each unit signs for it. One that has
    no secretary today is asked on the way that the notice climbs by itself.
    """
    made = notices.create_draft(actor=actor, values=values_of(draft), at=at)
    carry_files(draft, sheet, made, actor=actor, at=at)
    try:
        relays.relay(notice=made, actor=actor, units=units, asked=Asked.SIGN, at=at)
        signature = route.signature_of(sheet.edition)
        return notices.publish(notice=made, actor=actor, signed=signature.step, may_be_empty=True, at=at)
    except (relays.UnableToRelay, notices.UnableToPublish) as error:
        raise UnableToIssue(_("The units cannot be told: %(reason)s") % {"reason": error}) from error


def values_of(draft: Draft) -> dict[str, object]:
    row, language = draft.document, paper_language()
    lines = [row.number] if is_restricted(draft) else [row.number, row.title]
    words = "".join(f"<p>{escape(line)}</p>" for line in lines)
    if is_restricted(draft):
        words += link_to(draft, language)
    return {
        "title": {language: Truncator(" ".join(lines)).chars(160)},
        "body": {language: words},
        "notice_class": NoticeClass.MANDATORY,
        "needs_acknowledgement": True,
        "audience": Rule().as_json(),
        "unit": draft.series.unit,
        "publish_at": None,
        "acknowledge_by": None,
        "expires_at": None,
    }


def is_restricted(draft: Draft) -> bool:
    """The whole office reads every notice: of such a paper it says the number alone, and leads to the paper."""
    return draft.document.access in RESTRICTED


def link_to(draft: Draft, language: str) -> str:
    address = urljoin(f"{settings.PORTAL_URL}/", draft.get_absolute_url())
    with override(language):
        words = _("Only the secretary and the head of the unit read this paper; it is here.")
    return f'<p><a href="{escape(address)}">{escape(words)}</a></p>'


def carry_files(draft: Draft, sheet: Sheet, notice: Notice, *, actor: Person, at: datetime) -> None:
    if is_restricted(draft):
        return
    copies = [paper_of(sheet), *Attachment.objects.of(draft.document).filter(role=ANNEX)]
    Attachment.objects.bulk_create(
        Attachment(blob=file.blob, name=file.name, subject=notice, uploaded_by=actor, uploaded_at=at) for file in copies
    )


def units_without_secretary(draft: Draft) -> list[Unit]:
    """Of those that the newest text names (two queries)."""
    units = Unit.objects.filter(pk__in=read_words(documents.latest(draft.document)).units).order_by("path")
    found = secretaries_of(unit.pk for unit in units)
    return [unit for unit in units if unit.pk not in found]
