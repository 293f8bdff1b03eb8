"""/healthz for load balancers and alarms, /metrics for Prometheus.

/healthz is public and says only words and numbers. It must answer when what it asks about does not: each check runs in
a thread of its own and counts as late after a second.
"""

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import TypeVar

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django_prometheus.exports import ExportToDjangoView
from redis.backoff import NoBackoff
from redis.retry import Retry

from apps.core.clock import now
from apps.core.models import Heartbeat
from apps.delivery.services import outbox_lag
from apps.journal import clamd, scanning

T = TypeVar("T")

Found = TypeVar("Found")

CHECK_SECONDS = 1.0
HEARTBEAT_LIMIT = timedelta(minutes=3)
OUTBOX_LIMIT_SECONDS = 300.0
PROCESSES = ("worker", "beat")

# Few threads for each server: where it hangs, waiting checks are given up, so calls cannot pile up.
DATABASE_CHECKERS = ThreadPoolExecutor(max_workers=6, thread_name_prefix="health-database")
SCANNER_CHECKERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="health-scanner")
REDIS_CHECKERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="health-redis")


@require_GET
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """200 with every check "ok", else 503; beside the words how many seconds old the heartbeats and the outbox are.

    A scanner that is away is said but turns nothing red: all but new files works, and no other web process does better.
    """
    futures = {
        "database": DATABASE_CHECKERS.submit(_in_thread, _ask_database),
        "redis": REDIS_CHECKERS.submit(_ask_redis),
        "heartbeats": DATABASE_CHECKERS.submit(_in_thread, _heartbeat_ages),
        "outbox": DATABASE_CHECKERS.submit(_in_thread, _outbox_seconds),
    }
    if scanning.is_set():
        futures["scanner"] = SCANNER_CHECKERS.submit(clamd.version, seconds=CHECK_SECONDS)
        futures["files"] = DATABASE_CHECKERS.submit(_in_thread, lambda: scanning.longest_wait(now()))
    wait(futures.values(), timeout=CHECK_SECONDS)
    ages = _result(futures["heartbeats"]) or {}
    lag = _result(futures["outbox"])
    checks = {
        "database": _word(_result(futures["database"]) is True),
        "redis": _word(_result(futures["redis"]) is True),
        **{name: _word(ages.get(name) is not None) for name in PROCESSES},
        "outbox": _word(lag is not None and lag <= OUTBOX_LIMIT_SECONDS),
    }
    healthy = set(checks.values()) == {"ok"}
    seconds = {**{name: ages.get(name) for name in PROCESSES}, "outbox_lag": lag}
    answer = {"status": _word(healthy), **checks, **_scanner(futures, seconds), "seconds": seconds}
    return JsonResponse(answer, status=200 if healthy else 503)


def _scanner(futures: dict[str, Future], seconds: dict[str, float | None]) -> dict[str, object]:
    """Whether it answers and keeps up, and how old its signatures are; nothing where none is set."""
    if "scanner" not in futures:
        return {}
    said, waited = _result(futures["scanner"]), _result(futures["files"])
    seconds["files_waiting"] = waited
    keeps_up = waited is not None and waited <= scanning.LEASE.total_seconds()
    days = said.age_in_days(now()) if said else None
    return {"scanner": _word(said is not None and keeps_up), "signature_days": days}


@require_GET
@never_cache
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus: with the METRICS_TOKEN as bearer, or straight from this machine when no token is set."""
    token = settings.METRICS_TOKEN
    if token:
        allowed = compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    else:
        # A request that came through a proxy on this machine is not from this machine.
        direct = "X-Forwarded-For" not in request.headers
        allowed = direct and request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")
    if not allowed:
        raise PermissionDenied
    return ExportToDjangoView(request)


def _word(good: bool) -> str:
    return "ok" if good else "late"


def _result(future: Future[T]) -> T | None:
    """What the check found; None when it failed or is late, and then it is given up if it has not begun."""
    if not future.done():
        future.cancel()
        return None
    return None if future.exception() else future.result()


def _in_thread(check: Callable[[], T]) -> T:
    try:
        return check()
    finally:
        connection.close()  # this thread's own; the request's connection is another


def _ask_database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _ask_redis() -> bool:
    limits = {"socket_timeout": CHECK_SECONDS, "socket_connect_timeout": CHECK_SECONDS}
    with redis.Redis.from_url(settings.REDIS_URL, retry=Retry(NoBackoff(), 0), **limits) as client:
        return bool(client.ping())


def _heartbeat_ages() -> dict[str, float]:
    """Seconds since each process's last sign of life, without those older than the limit or than this start."""
    at = now()
    since = max(at - HEARTBEAT_LIMIT, _started_at() or at - HEARTBEAT_LIMIT)
    rows = Heartbeat.objects.filter(name__in=PROCESSES, at__gte=since)
    return {row.name: round((at - row.at).total_seconds(), 1) for row in rows}


def _started_at() -> datetime | None:
    """When script/run started everything; elsewhere web processes come and go while the workers stay."""
    text = os.environ.get("PORTAL_STARTED_AT")
    return datetime.fromisoformat(text) if text else None


def _outbox_seconds() -> float:
    """Seconds that the oldest message which is due has been waiting; 0 when none is."""
    return round(outbox_lag(now()), 1)
