"""What stands on a certificate, and the sheet itself.

Everything printed is kept in `Certificate.printed`, and the check page shows that and nothing else. The link's token is
drawn when the sheet is made; nobody can work it out from the number. The sheet is a PDF/A-3 that carries the same data
as XML (`papers.xml_data`).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.core import public_links
from apps.core.pdf import can_print, render_pdf, render_picture
from apps.core.public_links import qr_picture
from apps.core.text import localized
from apps.people.enums import Language
from apps.people.models import Person
from apps.questionnaires.definitions import FieldDefinition, read_fields
from apps.questionnaires.display import table_lines
from apps.questionnaires.models import FormVersion
from apps.servicedesk.enums import HolderKind, PaperLayout
from apps.servicedesk.models import Certificate, PaperVersion, Request, Service, ServicePaper
from apps.servicedesk.papers.content import PaperContent, read_content
from apps.servicedesk.papers.fields import (
    ALWAYS,
    ANSWER,
    FIELDS,
    Holder,
    answers_in_words,
    facts_of,
    first_value,
    holders,
    parts_of,
)
from apps.servicedesk.papers.words import SAMPLE, words_of
from apps.servicedesk.papers.xml_data import write_xml

TOKEN_BYTES = 24  # 192 bits
SECOND = {Language.HANT: Language.EN, Language.HANS: Language.EN, Language.EN: Language.HANT}


class UnableToIssue(Exception):
    """The person is not what the certificate says, or something that it says is not known; the text says what."""


@dataclass(frozen=True)
class Filled:
    """What will be printed for one person: by field, and beside it labels of answers, the table, a second language."""

    printed: dict[str, str]
    extra: dict[str, object] = field(default_factory=dict)


def new_token() -> str:
    return public_links.new_token(TOKEN_BYTES)


def check_address(token: str) -> str:
    """The whole address of the check page, as it stands in the QR code."""
    return settings.PORTAL_URL + reverse("servicedesk:check", args=[token])


def language_of(request: Request) -> str:
    """The language asked for in the form, else the requester's."""
    wanted = request.answer_set.answers.get("language")
    return wanted if wanted in Language.values else request.requester.language


def papers_of(service: Service) -> QuerySet[ServicePaper]:
    """The certificates that a service gives, the usual one first."""
    return service.papers.filter(template__is_active=True).select_related("template").order_by("order", "pk")


def version_for(service: Service, template_id: int | None = None) -> PaperVersion:
    """The edition that counts now of the service's template, or of its first one (one query). Raises UnableToIssue."""
    rows = PaperVersion.objects.filter(template__services__service=service, template__is_active=True)
    rows = rows.filter(template=template_id) if template_id else rows
    found = rows.select_related("template").order_by("template__services__order", "template_id", "-number").first()
    if found is None:
        raise UnableToIssue(_("No published template of a certificate is chosen for this service."))
    return found


def version_for_request(request: Request, template_id: int | None = None) -> PaperVersion:
    """The newest edition that prints nothing but what the request's form asks, for an old request may lack a question
    of today; without any, the one that counted when it was filed. Raises UnableToIssue.
    """
    newest = version_for(request.service, template_id)
    asked = {each.key for each in read_fields(request.answer_set.form_version)}
    language = language_of(request)
    if read_content(newest.content).fits(asked, language):
        return newest
    rows = PaperVersion.objects.filter(template=newest.template_id).select_related("template").order_by("-number")
    editions = list(rows)
    fitting = (each for each in editions if read_content(each.content).fits(asked, language))
    then = (each for each in editions if request.submitted_at and each.published_at <= request.submitted_at)
    return next(fitting, None) or next(then, newest)


def holder_of(person: Person, kind: str, on: date) -> Holder:
    """Raises UnableToIssue when the person has no post that the paper speaks of."""
    found = holders([person], kind, on).get(person.pk)
    if found is None:
        raise UnableToIssue(missing_post(person, kind))
    return found


def missing_post(person: Person, kind: str) -> str:
    if kind == HolderKind.STUDENT:
        return _("%(name)s is not a student of the college today.") % {"name": person.name}
    return _("%(name)s has no such post in the college today.") % {"name": person.name}


def fill(
    content: PaperContent,
    holder: Holder,
    *,
    questions: Sequence[FieldDefinition],
    answers: Mapping[str, object],
    language: str,
    at: datetime,
) -> Filled:
    """Everything that will stand on the paper of one person, in its language. Raises UnableToIssue naming what is
    missing.
    """
    keys = {code.removeprefix(ANSWER) for codes in content.codes(language) for code in codes if code.startswith(ANSWER)}
    ends_at = content.ends_at(at)
    days = {"on": local_date(at), "ends_on": local_date(ends_at) if ends_at else None}
    values = printable(facts_of(holder, language, **days) | answers_in_words(questions, answers, keys, language))
    missing = [codes for codes in content.codes(language) if "paper_number" not in codes and "" not in codes]
    missing = [codes for codes in missing if not first_value(codes, values)]
    if missing:
        names = "、".join(dict.fromkeys(label_of(codes[-1], questions) for codes in missing))
        raise UnableToIssue(_("Not known of %(name)s: %(fields)s.") % {"name": holder.person.name, "fields": names})
    used = {code for codes in content.codes(language) for code in codes if code} | {*ALWAYS, "expires_on"}
    extra: dict[str, object] = {"labels": labels_of(keys, questions)}
    if content.table:
        extra["table"] = table_of(content.table, questions, answers, language)
    if content.layout == PaperLayout.CARD:
        other = SECOND[Language(language)]
        extra["second"] = facts_of(holder, other, **days) | answers_in_words(questions, answers, keys, other)
    return Filled({code: values[code] for code in values if code in used and values[code]}, extra)


def printable(values: Mapping[str, str]) -> dict[str, str]:
    """The values without control characters. Raises UnableToIssue for what the font has no drawing of."""
    clean = {code: "".join(each for each in value if each.isprintable()) for code, value in values.items()}
    lacking = sorted({each for value in clean.values() for each in value if not can_print(each)})
    if lacking:
        raise UnableToIssue(_("The font of the sheets lacks %(characters)s.") % {"characters": " ".join(lacking)})
    return clean


def local_date(at: datetime) -> date:
    return timezone.localtime(at).date()


def label_of(code: str, questions: Sequence[FieldDefinition]) -> str:
    """A field's name for people, in the active language."""
    if not code.startswith(ANSWER):
        return str(FIELDS.get(code, code))
    return next((str(each) for each in questions if each.key == code.removeprefix(ANSWER)), code)


def labels_of(keys: set[str], questions: Sequence[FieldDefinition]) -> dict[str, dict[str, str]]:
    return {f"{ANSWER}{each.key}": dict(each.label) for each in questions if each.key in keys}


def table_of(
    key: str, questions: Sequence[FieldDefinition], answers: Mapping[str, object], language: str
) -> dict[str, object]:
    """The rows of a table as they are printed. Raises UnableToIssue when there is none."""
    question = next((each for each in questions if each.key == key), None)
    rows = answers.get(key)
    if question is None or not rows:
        name = str(question) if question else key
        raise UnableToIssue(_("The table “%(name)s” is not filled in.") % {"name": name})
    with translation.override(language):
        lines = table_lines(question, rows)
    return {"head": list(lines.headings), "rows": [list(row) for row in lines.rows], "numeric": list(lines.numeric)}


def filled_for(request: Request, version: PaperVersion, *, at: datetime, dated: datetime | None = None) -> Filled:
    """What will stand on the paper that a request asks for, with the facts of `at`. `dated`: another moment of issue
    that it bears. Raises UnableToIssue.
    """
    content, answer_set = read_content(version.content), request.answer_set
    return fill(
        content,
        holder_of(request.requester, content.holder, local_date(at)),
        questions=read_fields(answer_set.form_version),
        answers=answer_set.answers,
        language=language_of(request),
        at=dated or at,
    )


def would_say_the_same(certificate: Certificate, version: PaperVersion, *, at: datetime) -> bool:
    """Would this edition, filled anew for its request, print what the certificate shows? Raises UnableToIssue."""
    request = certificate.request
    if (certificate.template_version_id, certificate.language) != (version.pk, language_of(request)):
        return False
    filled = filled_for(request, version, at=at, dated=certificate.issued_at)
    return (filled.printed, filled.extra) == (certificate.printed, certificate.extra)


def questions_of(service: Service) -> list[FieldDefinition]:
    """The questions of the form that counts now; none before it is published."""
    version = FormVersion.objects.filter(form=service.form_id).order_by("-number").first()
    return read_fields(version) if version else []


def shown_fields(certificate: Certificate) -> list[tuple[str, str]]:
    """What is printed, as (label, value) in a fixed order; nothing else is ever shown to a stranger."""
    printed, labels = certificate.printed, certificate.extra.get("labels", {})
    own = [(str(label), printed[code]) for code, label in FIELDS.items() if printed.get(code)]
    return own + [(localized(label), printed[code]) for code, label in labels.items() if printed.get(code)]


@dataclass(frozen=True)
class Sheet:
    """The paper and the SHA-256 of the XML inside it."""

    pdf: bytes
    xml_sha256: str


def draw(certificate: Certificate, token: str) -> Sheet:
    """The sheet as PDF/A-3b. Slow (tens of milliseconds): never while a number is locked."""
    content, address = read_content(certificate.template_version.content), check_address(token)
    data = data_of(content, certificate, address)
    xml = write_xml(certificate, content, address=address, fields=labelled(certificate), paragraphs=data["paragraphs"])
    files = {"check.svg": qr_picture(address), "certificate.xml": xml}
    pdf = render_pdf(layout_file(content), data, files=files, beside=BESIDE, standard="a-3b")
    return Sheet(pdf, hashlib.sha256(xml).hexdigest())


def draw_trial(certificate: Certificate) -> bytes:
    """A picture of the first page, marked as a sample; nothing is kept."""
    template, data, files = trial_of(certificate)
    return render_picture(template, data, files=files, beside=BESIDE)


def draw_trial_pdf(certificate: Certificate) -> bytes:
    template, data, files = trial_of(certificate)
    return render_pdf(template, data, files=files, beside=BESIDE, standard="a-3b")


BESIDE = ("servicedesk/base.typ",)


def trial_of(certificate: Certificate) -> tuple[str, dict[str, object], dict[str, bytes]]:
    content, address = read_content(certificate.template_version.content), check_address("sample")
    data = data_of(content, certificate, address) | {"sample": SAMPLE[certificate.language]}
    return layout_file(content), data, {"check.svg": qr_picture(address), "certificate.xml": b"<sample/>"}


def layout_file(content: PaperContent) -> str:
    return f"servicedesk/{PaperLayout(content.layout).value}.typ"


def labelled(certificate: Certificate) -> list[tuple[str, str, str]]:
    """(code, label in the paper's language, value) of everything printed."""
    labels = certificate.extra.get("labels", {})
    with translation.override(certificate.language):
        return [
            (code, localized(labels[code]) if code in labels else str(FIELDS.get(code, code)), value)
            for code, value in certificate.printed.items()
        ]


def data_of(content: PaperContent, certificate: Certificate, address: str) -> dict[str, object]:
    """Everything that a layout may print. Texts are texts: nothing in them is read as typst."""
    values = certificate.printed | {"paper_number": certificate.number}
    day = local_date(certificate.issued_at)
    data = said_in(content, certificate.language, values) | {
        "language": certificate.language,
        "college": values.get("college", ""),
        "certificate_number": certificate.number,
        "issued_on": values.get("issued_on", ""),
        "issued": [day.year, day.month, day.day],
        "address": address,
        "table": certificate.extra.get("table"),
        "words": words_of(certificate.language, values.get("expires_on", "")),
        "sample": "",
        "second": None,
    }
    second = certificate.extra.get("second")
    if content.layout == PaperLayout.CARD and second:
        language = SECOND[Language(certificate.language)]
        data["second"] = said_in(content, language, second | {"paper_number": certificate.number}) | {
            "language": language,
            "college": second.get("college", ""),
            "words": words_of(language, second.get("expires_on", "")),
        }
    return data


def said_in(content: PaperContent, language: str, values: Mapping[str, str]) -> dict[str, object]:
    """The texts of a template in one language, filled."""
    plain = {name: plain_text(content.text(name, language), values) for name in ("title", "signer", "seal", "note")}
    return plain | {"paragraphs": parts_of(content.text("body", language), values)}


def plain_text(text: str, values: Mapping[str, str]) -> str:
    return "\n".join("".join(str(part["text"]) for part in line) for line in parts_of(text, values))
