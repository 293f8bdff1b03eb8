"""Write a paper (擬稿). Each save keeps another edition; two people do not overwrite each other unseen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.calendar import current_version
from apps.core.clock import now
from apps.dispatch.blocks import blocks_of
from apps.dispatch.enums import EDITABLE
from apps.dispatch.models import Draft
from apps.dispatch.rules import can_sign
from apps.dispatch.services.errors import UnableToDraft
from apps.dispatch.services.sheets import ask_for_draft_sheet
from apps.dispatch.words import Words
from apps.documents import services as documents
from apps.documents.enums import Access, Direction, LinkKind, State, Why
from apps.documents.folding import is_marked
from apps.documents.models import Document, Edition, Link, Series, UrgencyLevel
from apps.documents.rules import handles_for
from apps.documents.services.locking import lock, touch
from apps.journal.files import attach
from apps.journal.models import Attachment
from apps.journal.services import record
from apps.people.models import Person

ANNEX, DROPPED = "annex", "dropped"
HEAD = 40  # characters of the text, in which a mark would stand


@dataclass(frozen=True)
class Terms:
    """What goes with the paper and is not its text; none of it sends it back to who signed."""

    series: Series
    signer: Person
    access: str
    urgency: UrgencyLevel | None = None
    contact: str = ""
    printed_by: str = ""
    copies: int = 1
    answers: Document | None = None


@transaction.atomic
def create_draft(
    *,
    words: Words,
    terms: Terms,
    actor: Person,
    attachments: Sequence[Attachment] = (),
    at: datetime | None = None,
) -> Draft:
    """A new paper with its first edition. Raises UnableToDraft, UnableToAttach."""
    at = at or now()
    check_terms(words, terms, [actor])
    check_secrecy(words, attachments, answers=terms.answers)
    row = Document.objects.create(
        direction=Direction.OUTGOING,
        state=State.DRAFT,
        kind=words.kind,
        title=words.title,
        access=terms.access,
        urgency=terms.urgency,
        calendar_version=current_version(),
        unit=actor.main_unit or terms.series.unit,
        handler=actor,
        created_by=actor,
        created_at=at,
        last_event_at=at,
    )
    draft = Draft.objects.create(document=row, drafter=actor, **beside(terms), answers=terms.answers)
    documents.involve(row, actor, why=Why.DRAFTED, actor=actor, at=at)
    record(actor=actor, verb="drafted", obj=row, at=at)
    if terms.answers:
        Link.objects.create(source=row, target=terms.answers, kind=LinkKind.REPLIES_TO, made_by=actor, made_at=at)
    attach(attachments, to=row, person=actor, role=ANNEX)
    keep_edition(draft, words, actor=actor, on_behalf_of=None, reason="", at=at)
    return draft


@transaction.atomic
def change_draft(
    *,
    draft: Draft,
    version: int,
    words: Words,
    terms: Terms,
    actor: Person,
    attachments: Sequence[Attachment] = (),
    removed: Iterable[int] = (),
    reason: str = "",
    at: datetime | None = None,
) -> Edition:
    """Save as another edition; the same words and files give the edition that is there.

    Raises documents.Changed when it is not at `version`, UnableToDraft, UnableToAttach.
    """
    at = at or now()
    row = lock(draft.document, version=version)
    if row.state not in EDITABLE:
        raise UnableToDraft(_("The text cannot be changed while it is being signed. Take it back first."))
    kept = Draft.objects.select_related("drafter", "signer", "series__numbers").get(pk=row.pk)
    check_terms(words, terms, [kept.drafter, row.handler])
    check_secrecy(words, attachments)
    if is_opened(row.access, terms.access) and not reason.strip():
        raise UnableToDraft(_("Write down why more people may read it."))
    changes = changed_terms(kept, row, terms)
    if row.urgency != terms.urgency:
        row.due_at = None  # counted anew when it is put up
    row.title, row.kind, row.access, row.urgency = words.title, words.kind, terms.access, terms.urgency
    touch(row, at=at)
    for name, value in beside(terms).items():
        setattr(kept, name, value)
    kept.document = row
    kept.save()
    attach(attachments, to=row, person=actor, role=ANNEX)
    drop_files(kept, removed)
    behalf = behalf_of(actor, row, at)
    if changes:
        verb = "terms_changed"
        record(actor=actor, on_behalf_of=behalf, verb=verb, obj=row, changes=changes, note=reason.strip(), at=at)
    return keep_edition(kept, words, actor=actor, on_behalf_of=behalf, reason=reason, at=at)


def is_opened(before: str, after: str) -> bool:
    """May more people read it than before?"""
    order = list(Access.values)  # from all staff to who is concerned alone
    return order.index(after) < order.index(before)


def changed_terms(draft: Draft, row: Document, terms: Terms) -> dict[str, list[object]]:
    """What goes with the paper, before and after, for the history: no edition tells of it."""
    before = {name: getattr(draft, name) for name in ("series", "signer", "contact", "printed_by", "copies")}
    before |= {"access": row.access, "urgency": row.urgency}
    after = {name: getattr(terms, name) for name in before}
    return {name: [said(before[name]), said(after[name])] for name in before if before[name] != after[name]}


def said(value: object) -> object:
    """In plain words, as the history keeps it."""
    if isinstance(value, Person):
        return value.name
    return value if isinstance(value, int) else str(value or "")


def check_terms(words: Words, terms: Terms, writers: Sequence[Person | None]) -> None:
    """`writers`: who drafted it, and who has it in hand. Raises UnableToDraft."""
    if terms.signer in writers:
        raise UnableToDraft(_("Nobody signs what they drafted. Choose somebody else."))
    if not can_sign(terms.signer, terms.series):
        raise UnableToDraft(who_signs(terms.series))
    if terms.series.direction != Direction.OUTGOING or not terms.series.is_active:
        raise UnableToDraft(_("This series of numbers is not for outgoing papers."))
    if not words.issuers or words.issuers[0].unit is None:
        raise UnableToDraft(_("The first issuer is a unit of the college: it takes the lead and gives the number."))


def check_secrecy(words: Words, files: Iterable[Attachment], *, answers: Document | None = None) -> None:
    """Nothing that bears a mark of secrecy is written here, nor an answer to what is classified. In the text a mark is
    what stands at its head; to speak of secret papers is none. Raises UnableToDraft.
    """
    head = next((block.text for block in blocks_of(words.body) if block.text.strip()), "")
    said = [words.title, head[:HEAD], *words.annexes, *(file.name for file in files)]
    if marked := next((text for text in said if is_marked(text)), None):
        raise UnableToDraft(f"{marked[:40]}: {classified_words()}")
    if answers and answers.is_incoming and answers.incoming.is_classified:
        raise UnableToDraft(_("A classified paper is not answered in the portal."))


def classified_words() -> str:
    return _(
        "This bears a mark of secrecy (機密, 絕密 or 秘密). Classified papers are not written in the portal: write it "
        "outside, by the rules for them."
    )


def who_signs(series: Series) -> str:
    return _("A paper of this series is signed by a leader of the college, or by the head of: %(unit)s") % {
        "unit": series.unit
    }


def beside(terms: Terms) -> dict[str, object]:
    return {name: getattr(terms, name) for name in ("series", "signer", "contact", "printed_by", "copies")}


def behalf_of(actor: Person, row: Document, at: datetime) -> Person | None:
    """For whom `actor` writes: the drafter, where a deputy does it."""
    principal = handles_for(actor, row, at)
    return principal if isinstance(principal, Person) else None


def drop_files(draft: Draft, removed: Iterable[int]) -> None:
    """Files leave the paper and stay with the draft: an earlier edition, and who decided about it, may name them."""
    rows = Attachment.objects.of(draft.document).filter(pk__in=list(removed), role=ANNEX)
    for file in rows:
        file.subject, file.role = draft, DROPPED
        file.save(update_fields=["subject_type", "subject_id", "role"])


def keep_edition(
    draft: Draft, words: Words, *, actor: Person, on_behalf_of: Person | None, reason: str, at: datetime
) -> Edition:
    edition = documents.write_edition(
        document=draft.document,
        words=words.cleaned().as_json(),
        actor=actor,
        on_behalf_of=on_behalf_of,
        reason=reason,
        at=at,
    )
    ask_for_draft_sheet(draft, edition, at=at)
    return edition


@transaction.atomic
def change_foot(
    *,
    draft: Draft,
    version: int,
    contact: str,
    printed_by: str,
    copies: int,
    actor: Person,
    at: datetime | None = None,
) -> Draft:
    """Put the foot of the paper (版記) right before it is numbered, after signing too: it is no part of what is signed.

    Raises documents.Changed, UnableToDraft.
    """
    at = at or now()
    row = lock(draft.document, version=version)
    if row.state not in (*EDITABLE, State.SIGNING, State.SIGNED):
        raise UnableToDraft(_("The paper is numbered and set. Take it back to change it."))
    kept = Draft.objects.select_related("signer").get(pk=row.pk)
    kept.document = row
    new = {"contact": contact.strip(), "printed_by": printed_by.strip(), "copies": copies}
    changes = {name: [getattr(kept, name), value] for name, value in new.items() if getattr(kept, name) != value}
    for name, value in new.items():
        setattr(kept, name, value)
    kept.save(update_fields=list(new))
    ask_for_draft_sheet(kept, documents.latest(row), at=at)
    touch(row, at=at)
    behalf = behalf_of(actor, row, at)
    record(actor=actor, on_behalf_of=behalf, verb="foot_changed", obj=row, changes=changes, at=at)
    return kept
