"""Seals of the demo college: who keeps them, the papers that were sealed, one that is spoiled, one that waits."""

from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import F

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.pdf import render_pdf
from apps.demo.people import Cast
from apps.journal.enums import Origin
from apps.journal.files import store_bytes
from apps.journal.models import Attachment, Blob
from apps.people.models import Person
from apps.seals.enums import KeeperRole, UseState
from apps.seals.models import Impression, Keeping, Seal, SealUse
from apps.servicedesk.enums import Product, RequestState
from apps.servicedesk.models import Request

BATCH = 1000
NO_PHOTO = "原件當面交付申請人"


def make_seals(cast: Cast, at: datetime) -> None:
    """The register with its keepers, and a line in the ledger for each request that got its seal or waits for it."""
    keeper = cast.clerks[-1]
    _make_keepers(cast, keeper, at)
    paper = store_bytes(render_pdf("demo/paper.typ", {}), content_type="application/pdf", origin=Origin.PORTAL)
    requests = Request.objects.filter(service__product=Product.SEAL_USE)
    steps, seals = _approvals(), {seal.code: seal for seal in Seal.objects.all()}
    lines = []
    for request in requests.select_related("answer_set", "handler", "requester").iterator(chunk_size=BATCH):
        _give_file(request, paper)
        step = steps.get(request.pk)
        is_asked = request.state in (RequestState.RESOLVED, RequestState.IN_PROGRESS) and step is not None
        if is_asked and keeper.pk not in (request.requester_id, step.decided_by_id):
            lines.append(_line(request, step, paper, seals))
    SealUse.objects.bulk_create(lines, batch_size=BATCH)
    _attach(lines)
    _seal([line for line in lines if line.is_done], keeper)


def _make_keepers(cast: Cast, keeper: Person, at: datetime) -> None:
    """One clerk keeps all seals, another stands in for the coming week; the first of each is in its place."""
    start = at - timedelta(days=400)
    places = ("保險櫃一格", "保險櫃二格", "205 室", "203 室")
    for seal, place in zip(Seal.objects.order_by("pk"), places, strict=False):
        Seal.objects.filter(pk=seal.pk).update(kept_at=place, used_since=start.date())
        rows = [(keeper, KeeperRole.KEEPER, start, None)]
        rows.append((cast.clerks[0], KeeperRole.STAND_IN, at + timedelta(days=7), at + timedelta(days=12)))
        Keeping.objects.bulk_create(
            Keeping(seal=seal, person=person, role=role, starts_at=first, ends_at=last, appointed_by=cast.director)
            for person, role, first, last in rows
            if person != keeper or role == KeeperRole.KEEPER
        )


def _approvals() -> dict[int, Step]:
    """The last approval of each request."""
    kind = ContentType.objects.get_for_model(Request)
    rows = Step.objects.filter(subject_type=kind, state=StepState.APPROVED).order_by("round", "order")
    return {step.subject_id: step for step in rows}


def _line(request: Request, step: Step, paper: Blob, seals: dict[str, Seal]) -> SealUse:
    line = SealUse(
        seal=seals[request.answer_set.answers["seal"]],
        subject=request,
        reference=request.number,
        title=request.title,
        requested_by=request.requester,
        barred=[request.requester_id],
        asked_by=request.handler,
        asked_at=step.decided_at,
        step=step,
        approved_by_id=step.decided_by_id,
        paper=paper,
        paper_name="paper.pdf",
        paper_sha256=paper.sha256,
        pages=1,
        allowed=request.answer_set.answers["copies"],
    )
    line.is_done, line.done_at = request.state == RequestState.RESOLVED, request.closed_at
    return line


def _attach(lines: list[SealUse]) -> None:
    kind = ContentType.objects.get_for_model(SealUse)
    Attachment.objects.bulk_create(
        [
            Attachment(
                blob=line.paper,
                name=line.paper_name,
                subject_type=kind,
                subject_id=line.pk,
                role="paper",
                uploaded_at=line.asked_at,
            )
            for line in lines
        ],
        batch_size=BATCH,
    )


def _seal(lines: list[SealUse], keeper: Person) -> None:
    """Each as often as allowed; every twentieth with one that was spoiled."""
    entries = [
        Impression(
            use=line,
            made=line.allowed,
            spoiled=1 if place % 20 == 7 else 0,
            by=keeper,
            note="印泥過多，作廢頁已銷毀" if place % 20 == 7 else "",
            at=line.done_at,
        )
        for place, line in enumerate(lines)
    ]
    Impression.objects.bulk_create(entries, batch_size=BATCH)
    rows = SealUse.objects.filter(pk__in=[line.pk for line in lines])
    closed = {"state": UseState.CLOSED, "no_photo_reason": NO_PHOTO, "finished_by": keeper}
    rows.filter(spoiled=0).update(finished_at=F("asked_at"), **closed)
    rows.filter(spoiled__gt=0).update(finished_at=F("asked_at"), explanation="作廢一份，已銷毀", **closed)


def _give_file(request: Request, paper: Blob) -> None:
    file = Attachment.objects.create(
        blob=paper,
        name="paper.pdf",
        uploaded_by_id=request.requester_id,
        uploaded_at=request.submitted_at,
        subject=request,
        role="answer",
    )
    request.answer_set.answers["file"] = [str(file.key)]
    request.answer_set.save(update_fields=["answers"])
