"""Many sheets in one file to print. The single files stay what is valid; this one is for the printer alone."""

import tempfile
from collections.abc import Sequence

from pypdf import PdfReader, PdfWriter

from apps.journal.enums import Origin
from apps.journal.files import open_blob, store_file
from apps.journal.models import Blob


def merge(blobs: Sequence[Blob]) -> Blob:
    """The pages of all sheets in their order, without the data attached to each."""
    writer = PdfWriter()
    for blob in blobs:
        with open_blob(blob) as file:
            for page in PdfReader(file).pages:
                writer.add_page(page)
    writer.compress_identical_objects()
    with tempfile.TemporaryFile() as target:
        writer.write(target)
        return store_file(target, content_type="application/pdf", origin=Origin.PORTAL)
