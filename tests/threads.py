"""Several people at the same moment, each with a database connection of their own."""

from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connection

LONGEST = 60  # seconds


def at_once(*works: Callable[[], object]) -> list[object]:
    """Run all at the same moment; gives results or errors, in their order. Fails where one never ends."""
    barrier, results, done = Barrier(len(works)), [None] * len(works), [False] * len(works)

    def run(place: int, work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results[place] = work()
        except Exception as error:
            results[place] = error
        finally:
            done[place] = True
            connection.close()

    threads = [Thread(target=run, args=pair, daemon=True) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST)
    assert all(done)
    return results
