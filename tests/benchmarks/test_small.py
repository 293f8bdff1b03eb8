"""Each benchmark runs to its end at a tiny size and says what it has to say. Whether limits are met is not asked here:
a tiny size on a busy machine proves nothing about that.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SMALL = {
    "fanout": ["--recipients", "300", "--rounds", "1"],
    "send": ["--mails", "20", "--rounds", "1", "--sink", "python"],
    "batch": ["--people", "20"],
    "ladder": ["--people", "400", "--rounds", "1"],
    "desk": ["--small", "520", "--rows", "1040", "--requests", "5"],
    "inbox": ["--small", "500", "--rows", "1000", "--requests", "5"],
    "documents": ["--small", "300", "--rows", "600", "--requests", "5"],
}
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", sorted(SMALL))
def test_benchmark_says_its_lines(name: str) -> None:
    command = [sys.executable, f"benchmarks/{name}.py", *SMALL[name], "--json"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=900, check=False)

    assert done.returncode in (0, 1), done.stderr[-2000:]  # 1: a limit was not met
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    judged = [line for line in lines if "limit" in line]
    assert judged
    assert all(line["ratio"] > 0 and isinstance(line["met"], bool) for line in judged)
    assert all(line["queries"][0] == line["queries"][1] > 0 for line in judged if "queries" in line)
