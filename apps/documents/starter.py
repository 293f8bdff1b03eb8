"""What an office begins with: the urgencies of both practices and three series of numbers. Safe to run again."""

from decimal import Decimal

from apps.core.models import NumberSeries
from apps.documents.enums import CountsFrom, Direction
from apps.documents.models import Series, UrgencyLevel
from apps.people.models import Unit

DAY = 450  # working minutes: 8:00-12:00 and 14:00-17:30
FILE_SERIES = "doc_file"
# profile, code, rank, name (hant, hans, en), working minutes or working days, told at once
MAINLAND = (
    ("flash", 1, ("特急", "特急", "most urgent"), DAY, None, True),
    ("urgent", 2, ("加急", "加急", "urgent"), 3 * DAY, None, False),
    ("ordinary", 3, ("平急", "平急", "ordinary"), 5 * DAY, None, False),
)
TAIWAN = (
    ("fastest", 1, ("最速件", "最速件", "fastest"), None, Decimal(1), True),
    ("fast", 2, ("速件", "速件", "fast"), None, Decimal(3), False),
    ("common", 3, ("普通件", "普通件", "common"), None, Decimal(6), False),
)
SERIES = (
    ("doc_in", Direction.INCOMING, "收〔{year}〕{number}號", ("收文", "收文", "incoming")),
    ("doc_out", Direction.OUTGOING, "院發〔{year}〕{number}號", ("院發", "院发", "documents of the college")),
    ("doc_office", Direction.OUTGOING, "院辦發〔{year}〕{number}號", ("院辦發", "院办发", "documents of the office")),
)


def install_documents(unit: Unit) -> None:
    """Make what is missing. Of the urgencies those of 特急, 加急, 平急 are offered; the others lie ready."""
    for profile, levels in (("mainland", MAINLAND), ("taiwan", TAIWAN)):
        for code, rank, names, minutes, days, traced in levels:
            UrgencyLevel.objects.get_or_create(
                profile=profile,
                code=code,
                defaults={
                    "rank": rank,
                    "name": dict(zip(("zh-hant", "zh-hans", "en"), names, strict=True)),
                    "counts_from": CountsFrom.RECEIPT if minutes else CountsFrom.DAY_AFTER,
                    "minutes": minutes,
                    "days": days,
                    "is_traced": traced,
                    "is_offered": profile == "mainland",
                },
            )
    for place, (code, direction, pattern, names) in enumerate(SERIES, 1):
        name = dict(zip(("zh-hant", "zh-hans", "en"), names, strict=True))
        numbers, _new = NumberSeries.objects.get_or_create(code=code, defaults={"name": name, "pattern": pattern})
        defaults = {"direction": direction, "unit": unit, "order": place}
        Series.objects.get_or_create(numbers=numbers, defaults=defaults)
    filed = {"name": dict(zip(("zh-hant", "zh-hans", "en"), ("歸檔號", "归档号", "file numbers"), strict=True))}
    NumberSeries.objects.get_or_create(code=FILE_SERIES, defaults={"pattern": "檔〔{year}〕{number}號"} | filed)
