"""What stands on a certificate, and the sheet itself.

Everything printed is kept in `Certificate.printed`, and the check page shows that and nothing else. The link's token is
drawn when the sheet is made; nobody can work it out from the number.
"""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import public_links
from apps.core.pdf import render_pdf
from apps.core.public_links import hash_token, qr_picture
from apps.core.text import localized
from apps.people.enums import Language, Role
from apps.people.models import Person, Post, Unit
from apps.questionnaires.definitions import read_fields
from apps.questionnaires.enums import FieldKind
from apps.servicedesk.models import Certificate, Request

__all__ = ["UnableToIssue", "check_address", "draw", "hash_token", "new_token", "printed_fields", "shown_fields"]
VALID_DAYS = 180
TOKEN_BYTES = 24  # 192 bits
DIGITS = "〇一二三四五六七八九"


class UnableToIssue(Exception):
    """The person is not what the certificate says; the text says what is missing."""


def new_token() -> str:
    return public_links.new_token(TOKEN_BYTES)


def check_address(token: str) -> str:
    """The whole address of the check page, as it stands in the QR code."""
    return settings.PORTAL_URL + reverse("servicedesk:check", args=[token])


def language_of(request: Request) -> str:
    """The language asked for in the form, else the requester's."""
    wanted = request.answer_set.answers.get("language")
    return wanted if wanted in Language.values else request.requester.language


def student_post(person: Person, on: date) -> Post:
    """The post as a student on a day. Raises UnableToIssue."""
    posts = person.posts.current(on).filter(role=Role.STUDENT).select_related("unit").order_by("-is_main", "pk")
    post = posts.first()
    if post is None:
        raise UnableToIssue(_("%(name)s is not a student of the college today.") % {"name": person.name})
    return post


def printed_fields(request: Request, *, at: datetime) -> dict[str, str]:
    """Everything that will stand on a certificate of enrolment, in its language. Raises UnableToIssue."""
    language, person, day = language_of(request), request.requester, timezone.localtime(at).date()
    post = student_post(person, day)
    line = list(Unit.objects.filter(pk__in=[int(key) for key in post.unit.path.split("/") if key]).order_by("path"))
    college, below = line[0], line[1:]
    names = [localized(unit.name, language) for unit in below]
    return {
        "college": localized(college.name, language),
        "name": (person.name_en or person.name) if language == Language.EN else person.name,
        "number": person.number,
        "unit": ", ".join(reversed(names)) if language == Language.EN else "".join(names),
        "since": local_month(post.valid_from, language),
        "purpose": purpose_of(request, language),
        "issued_on": local_day(day, language),
        "expires_on": local_day(timezone.localtime(at + timedelta(days=VALID_DAYS)).date(), language),
    }


def purpose_of(request: Request, language: str) -> str:
    """The purpose as it is printed: the chosen one's label, or the words typed for "other"."""
    answers = request.answer_set.answers
    if answers.get("purpose_other"):
        return str(answers["purpose_other"])
    for field in read_fields(request.answer_set.form_version):
        if field.key == "purpose" and field.kind == FieldKind.CHOICE:
            with translation.override(language):
                return field.choice_label(str(answers.get("purpose") or ""))
    return str(answers.get("purpose") or "")


def local_day(day: date, language: str) -> str:
    """二〇二六年十一月二十三日, or 23 November 2026."""
    if language == Language.EN:
        with translation.override("en"):
            return f"{day.day} {day:%B %Y}"
    year = "".join(DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{chinese_number(day.month)}月{chinese_number(day.day)}日"


def local_month(day: date, language: str) -> str:
    return f"{day:%B %Y}" if language == Language.EN else f"{day.year}年{day.month}月"


def chinese_number(number: int) -> str:
    """1 to 99 in Chinese: 二十三."""
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else ("十" if tens == 1 else DIGITS[tens] + "十")
    return lead + (DIGITS[ones] if ones else "")


LABELS = {
    "college": gettext_lazy("College"),
    "name": gettext_lazy("Name"),
    "number": gettext_lazy("Student number"),
    "unit": gettext_lazy("Programme and class"),
    "since": gettext_lazy("Enrolled since"),
    "purpose": gettext_lazy("Purpose"),
    "issued_on": gettext_lazy("Issued on"),
    "expires_on": gettext_lazy("Valid until"),
}


def shown_fields(certificate: Certificate) -> list[tuple[str, str]]:
    """What is printed, as (label, value) in the order of the sheet; nothing else is ever shown to a stranger."""
    return [(str(label), certificate.printed[key]) for key, label in LABELS.items() if certificate.printed.get(key)]


def draw(certificate: Certificate, token: str) -> bytes:
    """The sheet as PDF/A-2b. Slow (tens of milliseconds): never while a number is locked."""
    address = check_address(token)
    data = {
        "language": certificate.language,
        "certificate_number": certificate.number,
        "address": address,
        **certificate.printed,
    }
    return render_pdf("servicedesk/certificate.typ", data, files={"check.svg": qr_picture(address)})
