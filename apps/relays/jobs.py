"""Work of relays that no page waits for."""

from celery import shared_task

from apps.core.clock import now
from apps.relays import services


@shared_task(name="relays.sweep")
def sweep() -> None:
    """Each minute: new lines get their time, units that did not sign go one step further, who owes is reminded,
    what was passed on follows its original, and a unit below whose notice was taken back owes nothing.
    """
    at = now()
    services.start_lines(at)
    services.climb(at)
    services.remind_units(at)
    services.follow_originals(at)
    services.release_lines(at)
