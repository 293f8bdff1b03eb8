"""Two or more databases of different sizes, each with a process that answers real requests; asked in turn, a few
requests each, so that a busy machine disturbs all alike.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

import common

LIMIT = 1.3
BATCH = 5
Side = subprocess.Popen


@contextmanager
def started(script: Path, *sizes: Sequence[int]) -> Iterator[list[Side]]:
    """A process of `script --serve …` for each of `sizes`, once all have filled their databases; ended afterwards."""
    sides = [start(script, *size) for size in sizes]
    try:
        for side in sides:
            read(side)  # says that it is ready
        yield sides
    finally:
        for side in sides:
            side.stdin.close()
            side.wait()


def start(script: Path, *size: int) -> Side:
    command = [sys.executable, str(script), "--serve", *(str(number) for number in size)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def read(side: Side) -> dict[str, object]:
    line = side.stdout.readline()
    if not line:
        sys.exit("A measuring process ended; its words stand above.")
    return json.loads(line)


def ask(side: Side, page: str, times: int) -> dict[str, object]:
    side.stdin.write(json.dumps([page, times]) + "\n")
    side.stdin.flush()
    return read(side)


def measure(
    sides: list[Side], page: str, requests: int, *, batch: int = BATCH
) -> tuple[list[dict[str, object]], list[list[float]]]:
    """The first answer of each side, and the seconds that each request took there."""
    for side in sides:
        ask(side, page, batch)  # warms up, also what is read once a process
    first = [ask(side, page, batch) for side in sides]
    seconds: list[list[float]] = [[] for _side in sides]
    if all(answer["status"] == 200 for answer in first):
        for _round in range(max(requests // BATCH, 1)):
            for side, found in zip(sides, seconds, strict=True):
                found += ask(side, page, batch)["seconds"]
    return first, seconds


def compare_two(sides: list[Side], page: str, requests: int, *, batch: int = BATCH) -> dict[str, object]:
    """The line of one page, small beside large, with the rows that it shows where the answer says so. Ends the program
    where a page does not answer 200.
    """
    first, seconds = measure(sides, page, requests, batch=batch)
    if any(answer["status"] != 200 for answer in first):
        sys.exit(f"{page} answers {[answer['status'] for answer in first]}")
    shown = {"rows": [answer["rows"] for answer in first]} if "rows" in first[0] else {}
    queries = (first[0]["queries"], first[1]["queries"])
    return {"what": page} | shown | judge((seconds[0], seconds[1]), queries)


def judge(seconds: tuple[list[float], list[float]], queries: tuple[int, int]) -> dict[str, object]:
    """Small beside large, and whether the limit was met."""
    small, large = (common.line("", size=1, seconds=found) for found in seconds)
    ratio = large["p95_ms"] / small["p95_ms"]
    return {
        "queries": queries,
        "median_ms": [small["median_ms"], large["median_ms"]],
        "p95_ms": [small["p95_ms"], large["p95_ms"]],
        "median_ratio": round(median(seconds[1]) / median(seconds[0]), 2),
        "ratio": round(ratio, 2),
        "limit": LIMIT,
        "met": ratio <= LIMIT and queries[0] == queries[1],
    }


def answer_all(answer: Callable[[str, int], dict[str, object]]) -> None:
    """In the process: say that it is ready, then answer each [page, times] that is asked."""
    say({"ready": True})
    for line in sys.stdin:
        say(answer(*json.loads(line)))


def say(answer: dict[str, object]) -> None:
    print(json.dumps(answer), flush=True)


def timed(work: Callable[[], object], times: int) -> list[float]:
    seconds = []
    for _time in range(times):
        began = perf_counter()
        work()
        seconds.append(perf_counter() - began)
    return seconds


def print_lines(rows: Iterator[dict[str, object]], *, as_json: bool) -> int:
    """Each line as it comes; 1 where a limit was not met."""
    met = True
    for row in rows:
        print(json.dumps(row, ensure_ascii=False) if as_json else common.sentence(row), flush=True)
        met = met and row.get("met", True)
    return 0 if met else 1
