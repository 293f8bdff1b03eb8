"""Receipt numbers for acknowledgements.

They come from the obligation's key and a secret, not from a counter: at five minutes to the deadline a whole college
acknowledges at once, and each would wait for the one counter row. Nobody needs receipts without gaps; they must be
unique (the database sees to that), not guessable, and the same when asked for again.
"""

import base64
import hmac

from django.conf import settings

LENGTH = 10  # base32 letters: 50 bits
PLAIN = str.maketrans("O", "8")  # not to be taken for a zero; base32 has 2-7, so 8 is free


def receipt_number(obligation_id: int, year: int) -> str:
    """For example `2026-K7QF3-M2XTA`."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"notices.receipt:{obligation_id}".encode(), "sha256")
    code = base64.b32encode(digest).decode()[:LENGTH].translate(PLAIN)
    return f"{year}-{code[:5]}-{code[5:]}"
