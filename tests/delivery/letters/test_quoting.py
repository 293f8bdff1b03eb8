"""What is left of an answer when its quote and its signature are cut off."""

import time
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from apps.delivery.letters.html_text import html_to_text
from apps.delivery.letters.quoting import cut
from apps.delivery.letters.reading import read_letter
from tests.delivery.letters.samples import HTML, MARK, OFFICE, TEXTS, Sample


@pytest.mark.parametrize("sample", TEXTS, ids=lambda sample: sample.program)
def test_text(sample: Sample) -> None:
    assert cut(sample.text).text == sample.wanted


@pytest.mark.parametrize("sample", HTML, ids=lambda sample: sample.program)
def test_html(sample: Sample) -> None:
    assert cut(html_to_text(sample.text)).text == sample.wanted


def charset_of(sample: Sample) -> str:
    """In which characters such programs write: the older Chinese sets where the words fit into them."""
    for charset in ("ascii", "gb18030" if "hans" in sample.program or "qq" in sample.program else "big5", "gb18030"):
        try:
            sample.text.encode(charset)
        except UnicodeEncodeError:
            continue
        return charset
    return "utf-8"


@pytest.mark.parametrize("sample", TEXTS, ids=lambda sample: sample.program)
def test_whole_mail(sample: Sample) -> None:
    """The same as a mail, in the characters and the encoding of its program."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "lin@student.example", "Re: 一個問題"
    mail.set_content(sample.text.replace("\r\n", "\n"), charset=charset_of(sample), cte="base64")
    assert read_letter(mail.as_bytes()).written == sample.wanted


@pytest.mark.parametrize("sample", HTML, ids=lambda sample: sample.program)
def test_whole_html_mail(sample: Sample) -> None:
    mail = EmailMessage()
    mail["From"] = "lin@student.example"
    mail.set_content(sample.text, subtype="html", charset="gb18030", cte="quoted-printable")
    assert read_letter(mail.as_bytes()).written == sample.wanted


def test_there_are_enough_samples() -> None:
    assert len(TEXTS) + len(HTML) >= 60


def test_cut_says_whether_something_is_missing() -> None:
    assert cut(f"yes\n\n{MARK}\nold").was_cut
    assert not cut("yes").was_cut


PIECES = some.sampled_from(
    (
        f"On Tue, {OFFICE} wrote:",
        "> x",
        MARK,
        "-- ",
        "发件人: x",
        "Date: y",
        "To: z",
        "---- 原始邮件 ----",
        "好",
        "",
        "|",
    )
)


@settings(max_examples=150, deadline=None)
@given(some.lists(PIECES | some.text(max_size=60), max_size=60))
def test_cut_never_fails_and_never_grows(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert len(cut(text).text) <= len(text)


@settings(max_examples=100, deadline=None)
@given(some.text(alphabet="<>/abdivp \"'=!-&;好", max_size=400))
def test_html_never_fails(html: str) -> None:
    assert isinstance(html_to_text(html), str)


@pytest.mark.parametrize(
    "line",
    [
        "- " * 100_000,
        "<a@" * 100_000,
        "On " + "<a@b " * 60_000,
        "From:\n" * 50_000,
        "在 2026年\n" * 50_000,
        "<" * 500_000,
        "<!--" * 100_000,
        "<div>" * 50_000,
        '<div class="gmail_quote">' * 20_000,
        "<blockquote>" * 40_000,
        "&#" * 200_000,
    ],
    ids=lambda line: line[:8].strip(),
)
def test_time_is_in_proportion_to_the_length(line: str) -> None:
    """Processor time, far above what is needed (0.1 to 1 s), far below what a bad pattern takes."""
    before = time.process_time()
    cut(html_to_text(line[:524_288]))
    cut(line)
    assert time.process_time() - before < 20
