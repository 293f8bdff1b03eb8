"""Is there anything on the paper that is to be sealed? Nothing is ever sealed blank."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.journal.file_names import extension
from apps.journal.files import open_blob
from apps.journal.models import Attachment

log = structlog.get_logger(__name__)
READER = Path(__file__).with_name("paper_reading.py")
SECONDS = 30
READABLE = frozenset({"pdf", "docx", "odt", "png", "jpg", "jpeg", "webp"})
BLANK_NAMED = 5


class PaperRefused(Exception):
    """The paper may not be sealed; the words say why and what to do."""


@dataclass(frozen=True)
class Paper:
    """What was found: how many pages (None: the file does not say), and the numbers of pages with nothing on them."""

    pages: int | None
    blank: tuple[int, ...] = ()

    @property
    def warning(self) -> str:
        """Words about single blank pages; "" without any."""
        if not self.blank:
            return ""
        shown = ", ".join(str(number) for number in self.blank[:BLANK_NAMED])
        words = ngettext("Page %(pages)s is blank.", "Pages %(pages)s are blank.", len(self.blank))
        return words % {"pages": shown + (" …" if len(self.blank) > BLANK_NAMED else "")}


def check_paper(file: Attachment) -> Paper:
    """Read the paper in a process of its own (a fifth of a second). Raises PaperRefused."""
    end = extension(file.name)
    if end not in READABLE:
        raise PaperRefused(
            _("Upload the paper as PDF, picture, .docx or .odt: of other files nobody can see here what is on them.")
        )
    try:
        with open_blob(file.blob) as content:
            found = run_reader(content.read(), end)
    except FileNotFoundError as error:
        raise PaperRefused(
            _("The file of the paper is missing; a seal is never put on a sheet nobody has seen.")
        ) from error
    if found is None:
        raise PaperRefused(_("The paper cannot be read. Print it to PDF anew and upload that."))
    if found.get("locked"):
        raise PaperRefused(_("The paper is locked by a password. Upload one that can be read."))
    if found["empty"]:
        raise PaperRefused(
            _("The paper is blank: no text and no picture is on any page. A blank sheet is never sealed.")
        )
    return Paper(found["pages"], tuple(found["blank"]))


def run_reader(content: bytes, end: str) -> dict[str, object] | None:
    """What the reader says; None when it broke off or took too long."""
    command = [sys.executable, "-I", str(READER), end]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=True)
        return json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        said = getattr(error, "stderr", b"") or b""
        log.warning("paper_unreadable", end=end, error=type(error).__name__, said=said[-300:].decode("utf8", "replace"))
        return None
