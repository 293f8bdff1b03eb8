"""What the closed demo requests gave: certificates with their sheets, counted impressions of the seal."""

from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType

from apps.core.models import IssuedNumber, NumberCounter, NumberSeries
from apps.core.pdf import render_pdf
from apps.journal.files import store_bytes
from apps.journal.models import Attachment, Blob
from apps.servicedesk import certificates
from apps.servicedesk.enums import Product, RequestState
from apps.servicedesk.models import Certificate, Request, SealUse
from apps.servicedesk.services.papers import SERIES

BATCH = 1000
SHEETS = 400  # sheets drawn here; in a very large demo the sweep draws the older ones


def make_papers(at: datetime) -> None:
    """Certificates and seal uses for every completed request that gives one."""
    done = Request.objects.filter(state=RequestState.RESOLVED).select_related(
        "service", "handler", "requester", "answer_set__form_version"
    )
    _certificates(list(done.filter(service__product=Product.CERTIFICATE).order_by("closed_at", "pk")), at)
    _seal_uses()


def _certificates(requests: list[Request], at: datetime) -> None:
    series = NumberSeries.objects.get(code=SERIES)
    last: dict[int, int] = {}
    rows, ledger = [], []
    for request in requests:
        year = request.closed_at.year
        last[year] = last.get(year, 0) + 1
        text = series.pattern.format(year=year, number=last[year])
        ledger.append(IssuedNumber(series=series, year=year, number=last[year], text=text, issued_at=request.closed_at))
        rows.append(_certificate(request, text))
    IssuedNumber.objects.bulk_create(ledger, batch_size=BATCH)
    for year, number in last.items():
        NumberCounter.objects.update_or_create(series=series, year=year, defaults={"last": number})
    for row in rows[-SHEETS:]:
        _draw(row)
    Certificate.objects.bulk_create(rows, batch_size=BATCH)
    _attach([row for row in rows if row.blob_id])


def _certificate(request: Request, number: str) -> Certificate:
    return Certificate(
        request=request,
        number=number,
        language=certificates.language_of(request),
        printed=certificates.printed_fields(request, at=request.closed_at),
        issued_at=request.closed_at,
        issued_by=request.handler,
        expires_at=request.closed_at + timedelta(days=certificates.VALID_DAYS),
    )


def _draw(row: Certificate) -> None:
    token = certificates.new_token()
    row.blob = store_bytes(certificates.draw(row, token), content_type="application/pdf")
    row.token_hash = certificates.hash_token(token)


def _attach(rows: list[Certificate]) -> None:
    kind = ContentType.objects.get_for_model(Certificate)
    Attachment.objects.bulk_create(
        Attachment(
            blob=row.blob,
            name=f"{row.number}.pdf",
            subject_type=kind,
            subject_id=row.pk,
            role="certificate",
            uploaded_at=row.issued_at,
        )
        for row in rows
    )


def _seal_uses() -> None:
    """Every paper to be sealed is the same invented sheet; its uses are counted one by one."""
    requests = Request.objects.filter(service__product=Product.SEAL_USE).select_related("answer_set", "handler")
    paper = store_bytes(render_pdf("demo/paper.typ", {}), content_type="application/pdf")
    sealed = []
    for request in requests.iterator(chunk_size=BATCH):
        _give_file(request, paper)
        if request.state == RequestState.RESOLVED:
            copies = request.answer_set.answers["copies"]
            sealed.append(
                SealUse(
                    request=request,
                    seal=request.answer_set.answers["seal"],
                    paper_sha256=paper.sha256,
                    allowed=copies,
                    made=copies,
                    keeper=request.handler,
                    at=request.closed_at,
                )
            )
    SealUse.objects.bulk_create(sealed, batch_size=BATCH)


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
