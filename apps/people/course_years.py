"""The course year (年級) of a class: the year its students entered, told by the class's own name."""

import re

WHOLE = re.compile(r"(?<!\d)(20\d\d)\s*[級级]")
SHORT = re.compile(r"(?<!\d)(\d\d)\s*[級级]")
IN_NUMBER = re.compile(r"(?<!\d)(\d\d)[01]\d\s*班")


def year_of_name(name: str) -> int | None:
    """`计算2602班`, `26級1班` and `2026级` all began in 2026; None where the name does not say it for certain."""
    if found := WHOLE.search(name):
        return int(found[1])
    found = SHORT.search(name) or IN_NUMBER.search(name)
    return 2000 + int(found[1]) if found else None
