# Sourced by script/run and script/test: find a Python, then let script/setup.py bring everything up to date.
# SETUP_OPTIONS=--dev adds the tools for development. Leaves the caller in the top folder with $PYTHON being that of the virtual environment.
cd "$(dirname "$0")/.."

PATCHED='import email.policy, sys
sys.exit(not (sys.version_info >= (3, 11) and hasattr(email.policy.default, "verify_generated_headers")))'
USABLE='import sys, venv, ensurepip
sys.exit(sys.version_info < (3, 11))'

# The newest Python for which all wheels exist; before it any with the security fixes for mail headers and zip files.
find_python() {
  for needs in "$PATCHED" ''; do
    for name in python3.13 python3.12 python3.11 python3; do
      for candidate in "$name" "/usr/local/bin/$name" "/usr/bin/$name"; do
        if "$candidate" -c "$USABLE" 2>/dev/null && { [ -z "$needs" ] || "$candidate" -c "$needs" 2>/dev/null; }; then
          echo "$candidate"
          return
        fi
      done
    done
  done
}

SYSTEM_PYTHON=${PORTAL_PYTHON:-$(find_python)}
if [ -z "$SYSTEM_PYTHON" ]; then
  echo "Office Portal needs Python 3.11 or newer with its venv module (Debian: apt install python3-venv)." >&2
  exit 1
fi
"$SYSTEM_PYTHON" script/setup.py ${SETUP_OPTIONS:-}
PYTHON=$PWD/.venv/bin/python
PATH=$PWD/.venv/bin:$PATH
export PATH
