"""Does sending to ten times as many people take ten times as long, and no more memory?

Used by `fanout.py --growth SMALL LARGE`. Each measurement is a process of its own (peak memory is of a process, once):
it publishes a notice, gives everybody the line in the inbox, plans everybody's mail, and says what that took. Processor
time is its own and that of its database process, where that runs on this machine: on a busy machine the clock on the
wall says little.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

LINEAR, FLAT = 1.2, 1.1
HERE = Path(__file__).resolve()
MAIL = """
INSERT INTO people_contactpoint (person_id, kind, value, is_primary, dead_cause)
SELECT id, 'mail', 'p' || id || '@college.example', true, '' FROM people_person person WHERE number LIKE 'B%'
AND NOT EXISTS (SELECT 1 FROM people_contactpoint point WHERE point.person_id = person.id)
"""


def run(small: int, large: int, rounds: int) -> list[dict[str, object]]:
    """One line a figure; the limits hold for what each person costs and for the peak of memory."""
    import fanout

    sender = fanout.make_people(small)
    measured = [measure(sender.pk, small, rounds)]
    fanout.add_people(small + 1, large)
    measured.append(measure(sender.pk, large, rounds))
    return lines(measured, (small, large))


def measure(sender: int, size: int, rounds: int) -> dict[str, float]:
    """Medians over the rounds, after one that warms up."""
    give_addresses()
    command = [sys.executable, str(HERE), str(sender), str(size)]
    found = [
        json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
        for _round in range(rounds + 1)
    ][1:]
    return {name: median(row[name] for row in found) for name in found[0]}


def give_addresses() -> None:
    import common
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(MAIL)
    common.vacuum("people_person", "people_post", "people_contactpoint", "notices_obligation", "delivery_delivery")


def lines(measured: list[dict[str, float]], sizes: tuple[int, int]) -> list[dict[str, object]]:
    """What the large size costs for each person, beside the small one."""
    small, large = measured
    growth = sizes[1] / sizes[0]
    rows = []
    for name in small:
        is_memory = name == "peak_mb"
        ratio = large[name] / small[name] / (1 if is_memory else growth)
        limit = FLAT if is_memory else LINEAR
        row = {"what": f"growth: {name}", "size": sizes, "value": [round(small[name], 2), round(large[name], 2)]}
        row |= {"ratio": round(ratio, 3), "limit": limit, "within": ratio <= limit}
        rows.append(row)
    verdict = {row["what"].removeprefix("growth: "): row["within"] for row in rows}
    # The processor's time decides: what the clock says beyond it is the work of others on the machine.
    rows[0]["met"], rows[-1]["met"] = verdict["cpu_seconds"], verdict["peak_mb"]
    return rows


def child(sender: int, size: int) -> dict[str, float]:
    """Publishes to everybody; seconds for lines and mails, processor time of both processes, peak memory."""
    from django.db import connection

    from apps.delivery.models import Delivery
    from apps.notices import services
    from apps.notices.audience import Rule
    from apps.notices.models import Obligation, Round
    from apps.people.models import Person
    from tests.notices import factories as notices

    actor = Person.objects.get(pk=sender)
    notices.published(actor, rule=Rule(numbers=("B1",)))  # warms up: what is loaded and connected once a process
    notice = notices.draft(actor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    start, cpu = perf_counter(), cpu_seconds(backend)
    published = services.publish(notice=notice, actor=actor)
    services.fan_out(published.pk)
    middle = perf_counter()
    services.complete_round(Round.objects.get(notice=notice).pk)
    end, spent = perf_counter(), cpu_seconds(backend) - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert Obligation.objects.filter(notice=notice).count() == size
    assert Delivery.objects.filter(message=published.message).count() == size
    return {"cpu_seconds": spent, "lines_seconds": middle - start, "mails_seconds": end - middle, "peak_mb": peak}


def cpu_seconds(backend: int) -> float:
    """Of this process and, if it runs here, of the database process that serves it."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    try:
        ticks = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[11:13]
    except OSError:
        ticks = []
    return own.ru_utime + own.ru_stime + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("sender", type=int)
    parser.add_argument("size", type=int)
    options = parser.parse_args()
    import common  # noqa: F401 (finds the project)
    import django

    import office_portal.celery  # noqa: F401

    django.setup()
    print(json.dumps(child(options.sender, options.size)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
