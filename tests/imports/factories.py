"""Small files and batches for tests of imports."""

import io
from datetime import datetime
from zoneinfo import ZoneInfo

from openpyxl import Workbook

from apps.imports.models import Batch
from apps.imports.services import check, stage
from apps.people.models import Person

AT = datetime(2026, 9, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
HEADER = ["學號", "姓名", "專業", "班級", "郵箱", "手機"]
LIN = ["S001", "林小美", "軟體工程", "軟體一班", "s001@stu.example.edu", "0912000001"]
CHEN = ["S002", "陳大文", "軟體工程", "軟體一班", "s002@stu.example.edu", "0912000002"]


def csv_bytes(*rows: list[str], encoding: str = "utf-8") -> bytes:
    return "\r\n".join(",".join(row) for row in rows).encode(encoding)


def roster(*rows: list[str], encoding: str = "utf-8") -> bytes:
    return csv_bytes(HEADER, *rows, encoding=encoding)


def workbook(sheets: dict[str, list[list[object]]], *, merged: dict[str, list[str]] | None = None) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for place in (merged or {}).get(name, []):
            sheet.merge_cells(place)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def staged(data: bytes, *, actor: Person | None = None, name: str = "roster.csv", **options: object) -> Batch:
    """A batch that was checked."""
    batch = stage(data=data, file_name=name, actor=actor, options=dict(options), at=AT)
    return check(batch=batch, actor=actor, at=AT)


def verdicts(batch: Batch) -> list[tuple[int, str]]:
    return list(batch.rows.order_by("pk").values_list("line", "verdict"))


def codes(batch: Batch) -> dict[int, list[str]]:
    """Line → the codes of its problems."""
    rows = batch.rows.order_by("pk").values_list("line", "problems")
    return {line: [problem["code"] for problem in problems] for line, problems in rows if problems}
