"""What is searched is what the documents say."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.documents import services
from apps.documents.document_words import words_of
from apps.documents.enums import TextState
from apps.documents.models import Document, DocumentText, FileText
from apps.journal.files import store_bytes
from apps.journal.models import Attachment
from tests.documents.factories import TEN, incoming

pytestmark = pytest.mark.django_db


def attach(document: Document, content: bytes, name: str = "附件.txt") -> Attachment:
    blob = store_bytes(content, content_type="text/plain")
    return Attachment.objects.create(blob=blob, name=name, subject=document, uploaded_by=document.created_by)


def rebuild(*options: str) -> str:
    out = StringIO()
    call_command("rebuild_document_texts", *options, stdout=out)
    return out.getvalue()


def test_words_are_folded_without_tags_codes_and_doubles() -> None:
    words = words_of(
        said=["收〔2026〕1號", "Ａ標題", ""],
        edition={"title": "a標題", "body": "<p>一<b>二</b></p><p>三 &amp; 4</p>", "access": "open", "units": [3, "系"]},
        files=[("掃描.PDF", "內文"), ("b.txt", "")],
    )
    assert words == "\U000f0001\U000f007e\n收〔2026〕1號\na標題\n一二\n三 & 4\n系\n\x1d掃描.pdf\n內文\n\x1db.txt\n"


def test_every_change_keeps_the_words() -> None:
    row = incoming("標題")
    kept = DocumentText.objects.get(pk=row.pk).words
    assert kept.endswith(f"\n{row.number}\n標題\n學校辦公室\n{row.incoming.sender_number}")
    services.write_edition(document=row, words={"body": "正文"}, actor=row.created_by, at=TEN)
    assert DocumentText.objects.get(pk=row.pk).words.endswith("\n正文")
    attach(row, b"words")
    services.write_edition(document=row, words={"body": "正文"}, actor=row.created_by, at=TEN)
    assert DocumentText.objects.get(pk=row.pk).words.endswith("\n正文\n\x1d附件.txt\n")
    assert FileText.objects.get().state == TextState.WAITING
    assert rebuild("--check") == "differences: 0\n"


def test_check_names_what_differs_and_rebuilding_mends_it() -> None:
    row, other = incoming("標題"), incoming("另一份")
    attach(other, b"words")
    DocumentText.objects.filter(pk=other.pk).delete()
    Document.objects.filter(pk=row.pk).update(title="改過的標題")
    with pytest.raises(CommandError):
        rebuild("--check")
    assert rebuild() == f"{row.number}: other words\n{other.number}: no words kept\ndifferences: 2\n"
    assert rebuild("--check") == "differences: 0\n"
    assert FileText.objects.count() == 1


def test_same_words_are_not_written_again() -> None:
    row = incoming("標題")
    DocumentText.objects.filter(pk=row.pk).update(words="其他")
    services.refresh_text(row)
    kept = DocumentText.objects.get(pk=row.pk)
    services.refresh_text(row)
    assert DocumentText.objects.get(pk=row.pk).words == kept.words != "其他"
