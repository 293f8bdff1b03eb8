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


def receipt_number(obligation_id: int, year: int, edition: int = 1) -> str:
    """For example `2026-K7QF3-M2XTA`. `edition`: the oldest that still counts; asked anew, a receipt is another."""
    words = f"notices.receipt:{obligation_id}" + (f":{edition}" if edition > 1 else "")
    digest = hmac.digest(settings.SECRET_KEY.encode(), words.encode(), "sha256")
    code = base64.b32encode(digest).decode()[:LENGTH].translate(PLAIN)
    return f"{year}-{code[:5]}-{code[5:]}"
