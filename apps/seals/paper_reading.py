"""Read one paper from standard input and say what is on it, as JSON. Run as a program of its own (see `paper_check`).

A PDF of a stranger can be made to take for ever or all memory, and a thread of the web server cannot be stopped; a
child process can. It needs nothing of the portal, so it starts in a fifth of a second.
"""

import io
import json
import re
import resource
import sys
import zipfile

from defusedxml import ElementTree
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ContentStream

CPU_SECONDS, MEMORY = 20, 1_500_000_000
PAGES_READ = 2000
PAINTED = {b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"sh", b"INLINE IMAGE"}
FILLS = {b"f", b"F", b"f*"}
FILLED_IN = {  # operators that set the colour of areas, with what is white
    b"g": [["1"], ["1.0"]],
    b"rg": [["1"] * 3, ["1.0"] * 3],
    b"k": [["0"] * 4, ["0.0"] * 4],
    b"sc": [["1"], ["1"] * 3],
    b"scn": [["1"], ["1"] * 3],
}
PLAIN_SHADES = 8  # a sheet of paper that was scanned blank has few shades of grey
PARTS = {"docx": ("word/document.xml", "docProps/app.xml"), "odt": ("content.xml", "meta.xml")}


def read_pdf(data: bytes) -> dict[str, object]:
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        return {"locked": True}
    count, blank = len(reader.pages), []
    for number, page in enumerate(reader.pages[:PAGES_READ], start=1):
        if not page.extract_text().strip() and not has_picture(page, reader):
            blank.append(number)
    return {"pages": count, "blank": blank, "empty": len(blank) == min(count, PAGES_READ)}


def has_picture(page: object, reader: PdfReader) -> bool:
    """Is there an image that is not plain white, or anything drawn?"""
    if any(is_marked(picture.image) for picture in page.images if picture.image is not None):
        return True
    content = page.get_contents()
    if content is None:
        return False
    return draws_something(content if isinstance(content, ContentStream) else ContentStream(content, reader))


def draws_something(stream: ContentStream) -> bool:
    """Lines and areas count, also words that were turned into outlines; a white background does not."""
    white = False
    for operands, operator in stream.operations:
        if operator in FILLED_IN:
            white = list(map(str, operands)) in FILLED_IN[operator]
        elif operator in PAINTED and not (white and operator in FILLS):
            return True
    return False


def is_marked(picture: Image.Image) -> bool:
    """Has a picture more on it than one shade? A scanner's grain on an empty sheet does not count."""
    small = picture.convert("L").resize((64, 64))
    low, high = small.getextrema()
    return high - low > PLAIN_SHADES


def read_image(data: bytes) -> dict[str, object]:
    with Image.open(io.BytesIO(data)) as picture:
        return {"pages": 1, "blank": [], "empty": not is_marked(picture)}


def read_office(data: bytes, end: str) -> dict[str, object]:
    """A text of an office program: are there words or pictures, and how many pages does it say it has?"""
    body, about = PARTS[end]
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        names = parts.namelist()
        words = "".join(ElementTree.fromstring(parts.read(body)).itertext())
        said = parts.read(about).decode("utf8", "replace") if about in names else ""
        pictures = any("media/" in name or name.startswith("Pictures/") for name in names)
    found = re.search(r"<Pages>(\d{1,5})</Pages>|page-count=\"(\d{1,5})\"", said)
    pages = int(found[1] or found[2]) if found else None
    return {"pages": pages or None, "blank": [], "empty": not words.strip() and not pictures}


def read(data: bytes, end: str) -> dict[str, object]:
    if end == "pdf":
        return read_pdf(data)
    return read_office(data, end) if end in PARTS else read_image(data)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    json.dump(read(sys.stdin.buffer.read(), sys.argv[1]), sys.stdout)


if __name__ == "__main__":
    main()
