"""Which encoding is a Chinese text file in?

GB18030 takes almost any bytes and Big5 many, so "it decodes" proves little. A right guess yields common characters:
both standards put the frequent ones in their first level (GB 2312 rows 16-55, Big5 A4-C6), a wrong guess scatters.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.imports.reading.sheets import Unreadable

BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
SAMPLE = 200_000
LEAST_SHARE = 0.8
HEADER_WORDS = re.compile("學號|学号|工號|工号|姓名|班級|班级|專業|专业|部門|部门|郵箱|邮箱|電話|电话|手機|手机")
CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True)
class Level:
    """A legacy encoding: the codec that decodes it, and the one and lead bytes that tell its common characters."""

    codec: str
    common: str
    leads: range


LEVELS = (Level("gb18030", "gb2312", range(0xB0, 0xD8)), Level("big5hkscs", "big5", range(0xA4, 0xC7)))


def decode_text(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding. Raises Unreadable when the bytes are no text or no encoding fits."""
    for bom, codec in BOMS:
        if data.startswith(bom):
            return _strict(data, codec), codec.replace("-sig", "")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_legacy(data, error)
    return _refuse_binary(text), "utf-8"


def _strict(data: bytes, codec: str) -> str:
    try:
        return _refuse_binary(data.decode(codec))
    except UnicodeDecodeError as error:
        raise Unreadable(_broken_at(data, error)) from error


def _decode_legacy(data: bytes, error: UnicodeDecodeError) -> tuple[str, str]:
    best, text, codec = 0.0, "", ""
    for level in LEVELS:
        try:
            candidate = data.decode(level.codec)
        except UnicodeDecodeError:
            continue
        score = common_share(candidate[:SAMPLE], level)
        if HEADER_WORDS.search(candidate[:SAMPLE]):
            score += 1
        if score > best:
            best, text, codec = score, candidate, level.codec
    if best < LEAST_SHARE:
        raise Unreadable(_broken_at(data, error) if _mostly_utf8(data) else _unknown())
    return _refuse_binary(text), "big5" if codec == "big5hkscs" else codec


def common_share(text: str, level: Level) -> float:
    """How much of the non-ASCII text is of the common characters of `level`; full-width forms do not count."""
    wide = [letter for letter in text if ord(letter) > 127 and not "\uff00" <= letter <= "\uffef" and letter > "\u3020"]
    if not wide:
        return 0.0
    return sum(_is_common(letter, level) for letter in wide) / len(wide)


def _is_common(letter: str, level: Level) -> bool:
    try:
        return letter.encode(level.common)[0] in level.leads
    except UnicodeEncodeError:
        return False


def _mostly_utf8(data: bytes) -> bool:
    text = data[:SAMPLE].decode("utf-8", errors="replace")
    wide = [letter for letter in text if ord(letter) > 127]
    return bool(wide) and wide.count("\ufffd") / len(wide) < 0.1


def _refuse_binary(text: str) -> str:
    if CONTROL.search(text):
        raise Unreadable(_("This is not a text table. Send CSV (UTF-8, GB18030 or Big5) or XLSX."))
    return text


def _broken_at(data: bytes, error: UnicodeDecodeError) -> str:
    line = data.count(b"\n", 0, error.start) + 1
    return _("Line %(line)s holds a character that is broken. Save the file as CSV in UTF-8 and send it again.") % {
        "line": line
    }


def _unknown() -> str:
    return _("The file's encoding cannot be told. Save it as CSV in UTF-8, or as XLSX, and send it again.")
