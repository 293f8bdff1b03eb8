"""A letter from its bytes: characters, parts, files; and never an exception."""

import base64
import time
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from apps.delivery.letters.files import FileUse
from apps.delivery.letters.reading import Letter, read_letter

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def plain(words: bytes, charset: str, encoding: str = "8bit", head: bytes = b"") -> bytes:
    kind = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n".encode()
    return b"From: a@b.example\r\n" + head + b"MIME-Version: 1.0\r\n" + kind + b"\r\n" + words + b"\r\n"


@pytest.mark.parametrize(
    ("charset", "codec", "words"),
    [
        ("utf-8", "utf-8", "用途是簽證"),
        ("gb2312", "gb18030", "朱镕基的證明"),
        ("gbk", "gb18030", "用途是签证"),
        ("gb18030", "gb18030", "𠮷野家的证明"),
        ("big5", "cp950", "用途是簽證，裏面"),
        ("big5", "big5hkscs", "喺香港嘅證明"),
        ("iso-2022-jp", "iso-2022-jp", "証明書"),
        ("windows-1252", "cp1252", "café – déjà"),
        ("nonsense", "utf-8", "用途是簽證"),
        ("", "gb18030", "用途是签证"),
        ("us-ascii", "gb18030", "用途是签证"),
        ("undefined", "utf-8", "簽證"),
        ("punycode", "utf-8", "簽證"),
        ("rot13", "utf-8", "簽證"),
        ("unknown-8bit", "utf-8", "簽證"),
    ],
)
def test_characters(charset: str, codec: str, words: str) -> None:
    assert read_letter(plain(words.encode(codec), charset)).written == words
    coded = base64.encodebytes(words.encode(codec))
    assert read_letter(plain(coded, charset, "base64")).written == words


def test_words_that_no_charset_fits_are_shown_as_well_as_can_be() -> None:
    assert "ok" in read_letter(plain(b"ok \xff\xfe\xfd\x81", "utf-8")).written


def test_signs_that_are_none_are_left_out() -> None:
    raw = plain("a\x1b[31mb\x07\u202egnp\ttab".encode(), "utf-8", head=b"Subject: a\x01b\r\n")
    letter = read_letter(raw)
    assert (letter.written, letter.subject) == ("a[31mbgnp\ttab", "ab")


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        (b"Subject: =?gb18030?B?zsrM4g==?=\r\n", "问题"),
        (b"Subject: =?big5?B?sN3DRA==?=\r\n", "問題"),
        (b"Subject: =?utf-8?Q?=E5=95=8F?=\r\n =?utf-8?Q?=E9=A1=8C?=\r\n", "問題"),
        ("Subject: 問題\r\n".encode(), "問題"),
        ("Subject: 问题\r\n".encode("gb18030"), "问题"),
        (b"Subject: =?utf-8?B?broken\r\n", "=?utf-8?B?broken"),
    ],
)
def test_subject(head: bytes, wanted: str) -> None:
    assert read_letter(plain(b"x", "utf-8", head=head)).subject == wanted


def built(*, text: str = "words", html: str = "") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["Message-ID"] = "lin@x.example", "<1@x.example>"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


def test_plain_text_before_html() -> None:
    assert read_letter(built(text="plain", html="<p>html</p>").as_bytes()).written == "plain"


def test_html_where_the_plain_text_is_empty() -> None:
    assert read_letter(built(text="\n", html="<p>一<br>二</p>").as_bytes()).written == "一\n二"


def names(letter: Letter) -> list[tuple[str, FileUse]]:
    return [(file.name, file.use) for file in letter.files]


def test_files_by_name_and_use() -> None:
    mail = built()
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="證明.pdf")
    mail.add_attachment(b"tnef", maintype="application", subtype="ms-tnef", filename="winmail.dat")
    mail.add_attachment(PNG, maintype="image", subtype="png", disposition="inline", filename="logo.png")
    mail.add_attachment("text in a file", filename="note.txt")
    assert names(read_letter(mail.as_bytes())) == [
        ("證明.pdf", FileUse.OFFERED),
        ("winmail.dat", FileUse.WINMAIL),
        ("logo.png", FileUse.DECORATION),
        ("note.txt", FileUse.OFFERED),
    ]


def test_large_picture_in_the_text_is_a_file() -> None:
    mail = built()
    mail.add_attachment(
        PNG + b"\0" * 20_000, maintype="image", subtype="png", disposition="inline", filename="shot.png"
    )
    assert names(read_letter(mail.as_bytes())) == [("shot.png", FileUse.OFFERED)]


def test_picture_alone_is_what_the_mail_says() -> None:
    mail = built(text="")
    mail.add_attachment(PNG, maintype="image", subtype="png", disposition="inline", filename="shot.png")
    assert names(read_letter(mail.as_bytes())) == [("shot.png", FileUse.OFFERED)]


def test_attached_mail_is_not_opened() -> None:
    mail = built()
    mail.add_attachment(built(text="inner"))
    letter = read_letter(mail.as_bytes())
    assert [use for _name, use in names(letter)] == [FileUse.ATTACHED_MAIL]
    assert letter.written == "words"


@pytest.mark.parametrize("name", [b'"=?gb18030?B?1qTD9y5wZGY=?="', b'"=?utf-8?B?6K2J5piOLnBkZg==?="'])
def test_name_in_encoded_words(name: bytes) -> None:
    head = b"Content-Type: application/pdf; name=" + name + b"\r\nContent-Disposition: attachment; filename=" + name
    raw = b"From: a@b.example\r\nMIME-Version: 1.0\r\n" + head + b"\r\n\r\n%PDF-1.4\r\n"
    assert read_letter(raw).files[0].name in ("证明.pdf", "證明.pdf")


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("application/pkcs7-mime; smime-type=enveloped-data", "is_encrypted"),
        ("multipart/encrypted; protocol=x; boundary=b", "is_encrypted"),
        ("multipart/signed; protocol=x; boundary=b", "is_signed"),
    ],
)
def test_keys_are_told(kind: str, field: str) -> None:
    raw = f"From: a@b.example\r\nContent-Type: {kind}\r\n\r\n--b\r\n\r\nwords\r\n--b--\r\n".encode()
    assert getattr(read_letter(raw), field)


def nested(depth: int) -> bytes:
    head = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(depth))
    return ("From: a@b.example\r\nMIME-Version: 1.0\r\n" + head + "Content-Type: text/plain\r\n\r\nx\r\n").encode()


def test_too_deep_and_too_many_parts_are_told() -> None:
    assert not read_letter(nested(10)).too_deep
    assert read_letter(nested(40)).too_deep
    deep = read_letter(nested(3000))
    assert deep.too_deep or deep.unreadable
    many = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 300
    assert read_letter(many).too_deep


def test_fingerprint_is_of_the_mail_and_not_of_its_way() -> None:
    raw = built().as_bytes()
    assert read_letter(b"Received: by x\n" + raw).fingerprint == read_letter(raw).fingerprint
    assert read_letter(raw.replace(b"\n", b"\r\n")).fingerprint == read_letter(raw).fingerprint
    assert read_letter(raw.replace(b"words", b"other")).fingerprint != read_letter(raw).fingerprint


HEADERS = some.sampled_from(
    (
        "From",
        "To",
        "Subject",
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Disposition",
        "MIME-Version",
        "Message-ID",
        "Authentication-Results",
        "Auto-Submitted",
        "Content-ID",
        "References",
    )
)
VALUES = some.sampled_from(
    (
        "multipart/mixed; boundary=b",
        "text/html; charset=gb2312",
        "base64",
        "quoted-printable",
        "x-uuencode",
        "7bit",
        "attachment; filename*=utf-8''%E4%BD; filename=\"=?x?y?z?=\"",
        "message/rfc822",
        "a@b.example",
        "<>",
        "=?utf-8?B?/////w==?=",
        'text/plain; charset="\0"',
        "application/pkcs7-mime",
        "inline; filename*0*=x; filename*9=y",
        "message/delivery-status",
        "multipart/alternative",
        "text/plain; charset=undefined",
        "message/partial",
    )
)
LINES = some.one_of(
    some.builds("{}: {}".format, HEADERS, VALUES | some.text(max_size=40)),
    some.sampled_from(("", "--b", "--b--", "begin 644 x", "end", "> x", "<p>", "=3D=E4")),
    some.text(max_size=40),
)


@settings(max_examples=250, deadline=None)
@given(some.lists(LINES, max_size=40))
def test_lines_of_any_kind_make_a_letter(lines: list[str]) -> None:
    before = time.process_time()
    letter = read_letter("\r\n".join(lines).encode("utf-8", "surrogatepass"), ["mx.college.example"])
    assert isinstance(letter, Letter)
    assert letter.fingerprint
    assert time.process_time() - before < 5


@settings(max_examples=100, deadline=None)
@given(some.binary(max_size=2_000))
def test_bytes_of_any_kind_make_a_letter(raw: bytes) -> None:
    assert read_letter(raw).fingerprint
