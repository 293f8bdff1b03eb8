"""Real rows for tests of official documents: levels of urgency, series, papers of either direction."""

from datetime import date, datetime
from itertools import count
from zoneinfo import ZoneInfo

from django.utils.timezone import localdate

from apps.core.calendar import current_version
from apps.dispatch import services as dispatch
from apps.dispatch.services import Outside
from apps.documents import services
from apps.documents.enums import Access, Direction, State, Why
from apps.documents.folding import key_of
from apps.documents.models import Document, Incoming, Series, UrgencyLevel
from apps.documents.starter import install_documents
from apps.journal.files import store_bytes
from apps.journal.models import Attachment
from apps.people.models import Person
from tests import factories

ZONE = ZoneInfo("Asia/Shanghai")
sequence = count(1)


def moment(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    """A moment of 2026, by default in November: 23 is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


NINE, TEN = moment(23, 9), moment(23, 10)


def series(code: str = "doc_in") -> Series:
    install_documents(factories.office())
    return Series.objects.get(numbers__code=code)


def urgency(code: str = "ordinary") -> UrgencyLevel:
    install_documents(factories.office())
    return UrgencyLevel.objects.get(code=code)


def incoming(
    title: str = "關於做好2026年冬季學期安全工作的通知",
    *,
    clerk: Person | None = None,
    number: bool = True,
    at: datetime = NINE,
    access: str = Access.INTERNAL,
    **fields: object,
) -> Document:
    """A registered paper of the university, with its number unless `number` is False."""
    clerk = clerk or factories.clerk()
    key = next(sequence)
    row = Document.objects.create(
        direction=Direction.INCOMING, state=State.RECEIVED, title=title, access=access, unit=factories.office(),
        created_by=clerk, created_at=at, last_event_at=at, urgency=urgency(), calendar_version=current_version(),
    )  # fmt: skip
    given = {"sender": "學校辦公室", "sender_number": f"校辦〔2026〕{key}號", "sender_date": date(2026, 11, 20)}
    given |= fields
    given |= {"sender_key": key_of(given["sender"]), "number_key": key_of(given["sender_number"])}
    Incoming.objects.create(document=row, received_at=at, received_by=clerk, **given)
    services.involve(row, clerk, why=Why.REGISTERED, actor=clerk, at=at)
    if number:
        services.give_number(document=row, series=series(), actor=clerk, at=at)
        row.state, row.registered_at, row.handler = State.REGISTERED, at, clerk
        row.save()
    return row


def paper(**fields: object) -> services.Paper:
    """What a clerk types of a paper of the university; a number of its own unless one is given."""
    given = {
        "sender": "學校辦公室",
        "sender_number": f"校辦〔2026〕{next(sequence)}號",
        "title": "關於期末考試安排的通知",
    }
    return services.Paper(**given | {"urgency": urgency()} | fields)


def entered(clerk: Person | None = None, *, at: datetime = NINE, **fields: object) -> Document:
    """Registered by the service, with its number and first edition."""
    series()
    return services.enter(paper=paper(**fields), actor=clerk or factories.clerk(), at=at)


def asked(
    *deciders: Person, clerk: Person | None = None, in_turn: bool = True, at: datetime = NINE,
    plan: str = "擬請教務科辦理。", **fields: object,
) -> Document:  # fmt: skip
    """An instruction is asked of these."""
    row = entered(clerk, at=at, **fields)
    services.propose(
        document=row, plan=services.Plan(words=plan), deciders=deciders, in_turn=in_turn, actor=row.handler, at=at
    )
    row.refresh_from_db()
    return row


def sent(*, state: str = State.SENT, at: datetime = NINE) -> Document:
    """A paper of ours, signed and numbered by the app above; sent out unless it is only numbered, or void."""
    from tests.dispatch import factories as desk

    people = desk.office()
    paper = desk.numbered(people, desk.draft(people, desk.words("覆函"), at=at), at=at)
    if state == State.SENT:
        outside = [Outside("學校辦公室", "by_hand", localdate(at))]
        dispatch.send_paper(draft=paper, actor=people.clerk, outside=outside, at=at)
    if state == State.VOID:
        dispatch.void(draft=paper, reason="不用", actor=people.director, at=at)
    return Document.objects.get(pk=paper.pk)


def scan(person: Person, name: str = "掃描件.pdf", content: bytes = b"%PDF-1.7 scan") -> Attachment:
    """A file that waits for its form."""
    blob = store_bytes(content + name.encode(), content_type="application/pdf")
    return Attachment.objects.create(blob=blob, name=name, uploaded_by=person, uploaded_at=NINE)
