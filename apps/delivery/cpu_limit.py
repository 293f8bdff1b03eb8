"""A limit of processor time for reading one mail that a stranger wrote."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

AGAIN = 0.5  # seconds: a library that swallows the first signal gets another


class TimeUp(BaseException):
    """The time is spent. No Exception: the libraries that read mails catch those and go on."""


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Raise TimeUp after so much processor time of this process.

    By a timer signal (SIGPROF), which Python's regular expressions look for while they search. Signals belong to the
    main thread: that is where a Celery prefork worker runs its tasks, and a command its work. Elsewhere (threads of a
    web server) there is no limit by time; those of size, parts and depth hold everywhere.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: object) -> None:
        raise TimeUp

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
