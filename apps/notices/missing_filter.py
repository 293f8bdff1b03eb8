"""Which of the rows that the check found missing: one filter for figures and lists, so that they agree."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import QueryDict

from apps.notices.models import CheckRun, MissingRow
from apps.notices.models.completeness import MissingRowQuerySet

FOUND, BACK, LEFT, SETTLED = "found", "back", "left", "settled"
SHOWN = {
    FOUND: Q(),
    BACK: Q(put_back_at__isnull=False),
    LEFT: Q(put_back_at__isnull=True, settled_at__isnull=True),
    SETTLED: Q(settled_at__isnull=False),
}


@dataclass(frozen=True)
class MissingFilter:
    """Of one run, of one notice; all that were found, or what became of them (`show`)."""

    run: int | None = None
    notice: int | None = None
    show: str = FOUND

    @classmethod
    def read(cls, query: QueryDict) -> "MissingFilter":
        """From an address; what is not understood counts as not said."""
        show = query.get("show", "")
        return cls(*(_key(query.get(name, "")) for name in ("run", "notice")), show if show in SHOWN else FOUND)

    def querystring(self, **changes: object) -> str:
        wanted = replace(self, **changes)
        values = {"run": wanted.run, "notice": wanted.notice, "show": wanted.show}
        return urlencode({name: value for name, value in values.items() if value})

    def rows(self) -> MissingRowQuerySet:
        found = MissingRow.objects.filter(SHOWN[self.show])
        for name in ("run", "notice"):
            if key := getattr(self, name):
                found = found.filter(**{name: key})
        return found


def counts(rows: MissingRowQuerySet) -> dict[str, int]:
    """How many were found, and what became of them (one query)."""
    return rows.aggregate(**{show: Count("pk", filter=condition) for show, condition in SHOWN.items()})


def counts_of_runs(runs: list[CheckRun]) -> dict[int, dict[str, int]]:
    """The same for each of these runs; a run that found nothing has no entry (one query)."""
    rows = MissingRow.objects.filter(run__in=runs).order_by().values("run")
    return {
        row["run"]: row
        for row in rows.annotate(**{show: Count("pk", filter=condition) for show, condition in SHOWN.items()})
    }


def _key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
