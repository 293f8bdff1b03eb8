"""By which program somebody acts: the API says it for the length of a call, and every line of history keeps it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LONGEST = 80
_program: ContextVar[str] = ContextVar("program", default="")


def current_program() -> str:
    """The name of the program that is acting; "" for people at the pages, and for the portal itself."""
    return _program.get()


def act_by(program: str) -> None:
    """From here on, until the `person_alone` around it ends."""
    _program.set(program[:LONGEST])


@contextmanager
def person_alone() -> Iterator[None]:
    """Nothing said inside lasts: workers of the server take one call after the other."""
    token = _program.set("")
    try:
        yield
    finally:
        _program.reset(token)
