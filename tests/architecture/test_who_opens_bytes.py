"""Files of people go out through apps.journal.downloads alone, which asks what the scanner said."""

from pathlib import Path

from django.conf import settings

# Each other module that opens bytes, and why it may without asking.
OPENS = {
    "apps/delivery/inbound.py": "reads a mail",
    "apps/delivery/letters/queue.py": "reads a mail",
    "apps/delivery/rendering.py": "attaches what the portal made",
    "apps/delivery/reports.py": "reads a report",
    "apps/delivery/views/raw.py": "evidence, kept as it came, for the few who may see it",
    "apps/delivery/views/waiting_reports.py": "shows a report as text",
    "apps/documents/packing.py": "leaves out what is refused, and waits for what is being scanned",
    "apps/documents/views/editions.py": "a picture that the portal made",
    "apps/documents/extraction/working.py": "takes the words out, in a process of its own; not of refused ones",
    "apps/imports/services.py": "reads rows; a refused file is not read",
    "apps/interfaces/personal/making.py": "leaves out what is not open",
    "apps/interfaces/views/personal.py": "a copy that the portal made",
    "apps/journal/downloads.py": "asks",
    "apps/journal/exports.py": "a sheet that the portal made",
    "apps/notices/views/filing.py": "a report that the portal made",
    "apps/reports/views.py": "a summary that the portal made",
    "apps/seals/paper_check.py": "looks for blank pages, in a process of its own",
    "apps/servicedesk/papers/merging.py": "certificates that the portal made",
    "apps/servicedesk/views/batches.py": "certificates that the portal made",
}


def test_only_these_open_bytes() -> None:
    root = Path(settings.BASE_DIR)
    found = {
        str(path.relative_to(root))
        for path in (root / "apps").rglob("*.py")
        if "open_blob(" in path.read_text(encoding="utf8").replace("def open_blob(", "")
    }
    assert found == set(OPENS)
