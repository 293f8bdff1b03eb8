"""What the file of an outgoing paper holds beside what any document has: the paper itself, its facts, its seals, and to
whom it went.
"""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.dispatch import route
from apps.dispatch.labels import part_labels
from apps.dispatch.models import Draft, Sent
from apps.dispatch.words import as_plain_text, read_words
from apps.documents import services as documents
from apps.documents.file_tables import Facts, Table, plain, table
from apps.documents.models import Document, Edition
from apps.documents.packing import More, Named, attached
from apps.relays.models import RelayLine
from apps.seals.models import SealUse


def more_of(document: Document) -> More:
    """In the language that is active."""
    draft = (
        Draft.objects.select_related("drafter", "signer", "no_seal_by", "final_sheet").filter(pk=document.pk).first()
    )
    if draft is None:
        return More()
    labels = part_labels()
    return More(
        facts=facts_of(draft, document, labels),
        tables=[seals_of(document), units_of(draft), sent_of(document)],
        files=paper_of(draft),
        notices=[draft.notice_id] if draft.notice_id else [],
        text_of=lambda edition: as_plain_text(read_words(edition), labels),
    )


def facts_of(draft: Draft, document: Document, labels: dict[str, str]) -> Facts:
    words = read_words(newest(document))
    parties = [
        (labels[name], "、".join(party.name for party in getattr(words, name)) or "—")
        for name in ("issuers", "main", "copies_to")
    ]
    return [
        *parties,
        (labels["annexes"], "、".join(words.annexes) or "—"),
        (_("Drafted by"), draft.drafter.name),
        (_("Signed by"), route.signer_of(draft, route.signature_of(newest(document))).name),
        (pgettext("a paper", "copies"), str(draft.copies)),
    ]


def newest(document: Document) -> Edition:
    return documents.latest(document)


def seals_of(document: Document) -> Table:
    rows = SealUse.objects.about(document).select_related("seal", "finished_by").order_by("asked_at", "pk")
    return table(
        _("Seals"),
        [_("Seal"), _("State"), _("Impressions"), _("Finished"), _("Who"), "SHA-256"],
        [
            [str(row.seal), str(row.get_state_display()), f"{row.made}/{row.allowed}", plain(row.finished_at),
             row.finished_by.name if row.finished_by else "", row.paper_sha256[:16]]
            for row in rows
        ],
        wide=(0,),
    )  # fmt: skip


def units_of(draft: Draft) -> Table:
    """The units that got it in the portal, and whether they have signed for it."""
    rows = RelayLine.objects.filter(relay__notice=draft.notice_id) if draft.notice_id else RelayLine.objects.none()
    return table(
        _("Units that got it"),
        [_("Unit"), _("State"), _("Signed for"), _("Who"), _("Receipt")],
        [
            [str(row.unit), str(row.get_state_display()), plain(row.signed_at),
             row.signed_by.name if row.signed_by else "", row.receipt_number or ""]
            for row in rows.select_related("unit", "signed_by").order_by("pk")
        ],
    )  # fmt: skip


def sent_of(document: Document) -> Table:
    rows = Sent.objects.filter(document=document).select_related("by").order_by("at", "pk")
    return table(
        _("Register of dispatch"),
        [_("Receiver"), _("How"), _("Sent on"), _("Note"), _("Who")],
        [
            [row.receiver, str(row.get_how_display()), row.sent_on.isoformat(), note_of(row), row.by.name]
            for row in rows
        ],
        wide=(0, 3),
    )  # fmt: skip


def note_of(row: Sent) -> str:
    """A counter-entry says of itself that it takes the line before back."""
    return f"{pgettext('line of the dispatch', 'taken back')}: {row.note}" if row.corrects_id else row.note


def paper_of(draft: Draft) -> list[Named]:
    """The paper as it went out, as PDF."""
    sheet = draft.final_sheet
    return list(attached("paper", sheet)) if sheet and sheet.blob_id else []
