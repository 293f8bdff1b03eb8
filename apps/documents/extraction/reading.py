"""Read the words of one file from standard input and say them as JSON. Run as a program of its own (see `child`).

    python -I reading.py KIND MOST_CHARACTERS [OCR_COMMAND …]

A file of a stranger can be made to take for ever or all memory, and a thread of a worker cannot be stopped; a child
process can. It needs nothing of the portal, so it starts in a fifth of a second.
"""

import io
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from defusedxml import ElementTree
from PIL import Image
from pypdf import PdfReader

CPU_SECONDS, MEMORY = 30, 1_500_000_000
ENOUGH_SECONDS = 20  # what was read of a long PDF until then is kept
OCR_CPU_SECONDS, OCR_PAGE_SECONDS, OCR_SIDE = 120, 60, 4000
OCR_PAGES, OCR_ENOUGH_SECONDS = 30, 180  # of a file; behind them it is cut
BEGAN = time.monotonic()
PICTURES = ("png", "jpg", "jpeg", "webp")
PARTS = {  # of an office file, those that hold words, in the order in which they are read
    "docx": r"word/(document|footnotes|endnotes|header\d*|footer\d*)\.xml",
    "pptx": r"ppt/(slides|notesSlides)/[^/]+\.xml",
    "xlsx": r"xl/(sharedStrings|worksheets/[^/]+)\.xml",
    "odt": r"content\.xml",
    "ods": r"content\.xml",
    "odp": r"content\.xml",
}
HAN = r"\u2e80-\u2fdf\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
BETWEEN_HAN = re.compile(rf"(?<=[{HAN}])[ \t]*\n?[ \t]*(?=[{HAN}])")
NOT_WORDS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")
# How often these stand in a text tells which of two Chinese encodings it is in.
FREQUENT = set("的一是在不了有和人這这中大為为上個个國国我以要他時时來来用們们到說说學学生及本之於于等年月日關关於")


class Words:
    """What was read so far, up to `most` characters; `cut` when there was more."""

    def __init__(self, most: int) -> None:
        self.most, self.parts, self.length, self.cut = most, list[str](), 0, False

    @property
    def full(self) -> bool:
        return self.length > self.most

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def text(self) -> str:
        whole = NOT_WORDS.sub(" ", "".join(self.parts)).strip()
        self.cut = self.cut or len(whole) > self.most
        return whole[: self.most]


def read_pdf(data: bytes, words: Words, ocr: list[str]) -> str:
    """Gives how. Lines are joined between Chinese signs: there a line's end is no word's end."""
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        return "locked"
    scans, how = 0, "pdf"
    for page in reader.pages:
        if words.full or time.process_time() > ENOUGH_SECONDS + CPU_SECONDS * bool(ocr):
            words.cut = True
            break
        text = page.extract_text()
        if not text.strip() and ocr:
            scans, how = scans + 1, "ocr"
            if scans > OCR_PAGES or time.monotonic() - BEGAN > OCR_ENOUGH_SECONDS:
                words.cut = True
                continue
            text = "\n".join(recognised(picture.image, ocr) for picture in page.images if picture.image)
        words.add(joined(text) + "\n\n")
    return how


def joined(text: str) -> str:
    return BETWEEN_HAN.sub("", text)


def read_picture(data: bytes, words: Words, ocr: list[str]) -> str:
    if not ocr:
        return "picture"
    with Image.open(io.BytesIO(data)) as picture:
        words.add(joined(recognised(picture, ocr)))
    return "ocr"


def recognised(picture: Image.Image, ocr: list[str]) -> str:
    """What the OCR program makes of a picture; nothing when it takes too long."""
    small = picture.convert("L")
    small.thumbnail((OCR_SIDE, OCR_SIDE))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.png"
        small.save(path, dpi=(300, 300))
        command = [ocr[0], str(path), "stdout", *ocr[1:]]
        try:
            done = subprocess.run(command, capture_output=True, timeout=OCR_PAGE_SECONDS, check=True)
        except subprocess.TimeoutExpired:
            return ""
    return done.stdout.decode("utf8", "replace")


def read_office(data: bytes, words: Words, kind: str) -> str:
    fits = re.compile(PARTS[kind]).fullmatch
    read = read_open_document if kind.startswith("od") else read_ooxml
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in sorted(filter(fits, archive.namelist()), key=by_number):
            with archive.open(name) as part:
                read(part, words)
            if words.full:
                break
    return kind


def by_number(name: str) -> tuple[bool, str, int]:
    """The document itself first, then slide 2 before slide 10."""
    found = re.search(r"(\d+)\.xml$", name)
    return not name.endswith("document.xml"), re.sub(r"\d+\.xml$", "", name), int(found[1]) if found else 0


def read_ooxml(part: io.IOBase, words: Words) -> None:
    """Text runs of a part; what stands beside a shape for older programs (Fallback) would be there twice."""
    apart = {"p": "\n", "si": "\n", "br": "\n", "cr": "\n", "tab": "\t", "is": "\n"}
    skipping = 0
    for event, element in ElementTree.iterparse(part, events=("start", "end")):
        name = element.tag.rpartition("}")[2]
        if name == "Fallback":
            skipping += 1 if event == "start" else -1
        if event == "start":
            continue
        if not skipping and (text := element.text if name == "t" else apart.get(name)):
            words.add(text)
        element.clear()
        if words.full:
            return


def read_open_document(part: io.IOBase, words: Words) -> None:
    for _event, element in ElementTree.iterparse(part):
        name = element.tag.rpartition("}")[2]
        if name in ("tab", "line-break", "s"):
            element.text = " "
        if name in ("p", "h"):
            words.add("".join(element.itertext()) + "\n")
            element.clear()
        if words.full:
            return


def read_text(data: bytes, words: Words) -> str:
    words.add(decoded(data[: words.most * 4 + 4]))
    words.cut = len(data) > words.most * 4 + 4
    return "text"


def decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "ignore")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        tried = [data.decode(code, "ignore") for code in ("gb18030", "cp950", "utf-8-sig")]
    return max(tried, key=lambda text: sum(sign in FREQUENT for sign in text))


def reader_of(kind: str, ocr: list[str]) -> Callable[[bytes, Words], str]:
    if kind == "pdf":
        return lambda data, words: read_pdf(data, words, ocr)
    if kind in PICTURES:
        return lambda data, words: read_picture(data, words, ocr)
    if kind in PARTS:
        return lambda data, words: read_office(data, words, kind)
    return read_text


def limit(cpu_seconds: int) -> None:
    """For this process, and for each that it starts."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main(arguments: Iterator[str]) -> None:
    kind, words, ocr = next(arguments), Words(int(next(arguments))), list(arguments)
    limit(OCR_CPU_SECONDS if ocr else CPU_SECONDS)
    how = reader_of(kind, ocr)(sys.stdin.buffer.read(), words)
    json.dump({"text": words.text(), "cut": words.cut, "how": how}, sys.stdout)


if __name__ == "__main__":
    main(iter(sys.argv[1:]))
