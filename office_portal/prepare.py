"""Bring the database and the static files up to date, and fill an empty portal with demo data.

`python -m office_portal.prepare`; run by office_portal.serve before the processes start.
"""

import hashlib
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "office_portal.settings")
os.environ["STATEMENT_TIMEOUT_MS"] = "0"  # a migration or the demo may take longer than a page may

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands

DEMO_PEOPLE = 2000
DEMO_SEED = 1


def main() -> None:
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    collect_static()
    fill_with_demo()
    call_command("setup_college", verbosity=0)


def collect_static() -> None:
    """Collect and compress the static files, unless they are those of last time."""
    stamp, mark = settings.STATIC_ROOT / ".collected", static_fingerprint()
    if stamp.exists() and stamp.read_text() == mark:
        return
    print("Collecting the static files …", flush=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(mark)


def static_fingerprint() -> str:
    """Changes with each of our static files and with every installed package version."""
    root = settings.BASE_DIR
    found = [*root.glob("static/**/*"), *root.glob("apps/*/static/**/*")]
    ours = sorted(path for path in found if path.is_file())
    digest = hashlib.sha256()
    for path in [*ours, root / "package-lock.json", root / "requirements.txt", root / "office_portal/settings.py"]:
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def fill_with_demo() -> None:
    """On the first start (nobody is known yet) and unless PORTAL_DEMO=0."""
    wanted = os.environ.get("PORTAL_DEMO", "1") != "0" and "demo" in get_commands()
    if wanted and not get_user_model().objects.exists():
        print(f"Making a demo college of {DEMO_PEOPLE} people …", flush=True)
        call_command("demo", people=DEMO_PEOPLE, seed=DEMO_SEED)


if __name__ == "__main__":
    main()
