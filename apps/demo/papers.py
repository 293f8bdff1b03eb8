"""What the closed demo requests gave: certificates with their sheets."""

from datetime import datetime

from django.contrib.contenttypes.models import ContentType

from apps.core.models import IssuedNumber, NumberCounter, NumberSeries
from apps.core.public_links import hash_token
from apps.journal.enums import Origin
from apps.journal.files import store_bytes
from apps.journal.models import Attachment
from apps.servicedesk.enums import Product, RequestState
from apps.servicedesk.models import Certificate, Request
from apps.servicedesk.papers import certificates
from apps.servicedesk.papers.content import read_content
from apps.servicedesk.services.papers import SERIES

BATCH = 1000
SHEETS = 400  # sheets drawn here; in a very large demo the sweep draws the older ones


def make_papers(at: datetime) -> None:
    """Certificates for every completed request that gives one."""
    done = Request.objects.filter(state=RequestState.RESOLVED).select_related(
        "service", "handler", "requester", "answer_set__form_version"
    )
    _certificates(list(done.filter(service__product=Product.CERTIFICATE).order_by("closed_at", "pk")), at)


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
    version = certificates.version_for(request.service)
    filled = certificates.filled_for(request, version, at=request.closed_at)
    content = read_content(version.content)
    return Certificate(
        request=request,
        person=request.requester,
        template_version=version,
        number=number,
        language=certificates.language_of(request),
        printed=filled.printed,
        extra=filled.extra,
        issued_at=request.closed_at,
        issued_by=request.handler,
        expires_at=content.ends_at(request.closed_at),
        remind_at=content.reminds_at(request.closed_at),
    )


def _draw(row: Certificate) -> None:
    token = certificates.new_token()
    sheet = certificates.draw(row, token)
    row.blob = store_bytes(sheet.pdf, content_type="application/pdf", origin=Origin.PORTAL)
    row.token_hash, row.xml_sha256 = hash_token(token), sheet.xml_sha256


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
