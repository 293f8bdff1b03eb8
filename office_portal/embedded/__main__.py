"""`python -m office_portal.embedded COMMAND …`: run a command with the embedded servers up for all of its time."""

import subprocess
import sys

from office_portal.embedded import ensure_environment

if __name__ == "__main__":
    ensure_environment()
    sys.exit(subprocess.run(sys.argv[1:], check=False).returncode)
