"""Which request stands for which: a merged one leads to the other."""

from apps.servicedesk.models import Merge, Request


def open_merge(request: Request) -> Merge | None:
    """The merge by which `request` stands in another (one query)."""
    rows = Merge.objects.filter(request=request, undone_at__isnull=True)
    return rows.select_related("into", "merged_by", "handler_before").first()


def merged_into(request: Request) -> list[Request]:
    """What was merged into `request` and stands there, in the order of merging (one query)."""
    rows = Merge.objects.filter(into=request, undone_at__isnull=True).select_related("request")
    return [row.request for row in rows.order_by("merged_at", "pk")]
