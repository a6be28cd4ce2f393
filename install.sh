#!/bin/sh
# Make the virtual environment from LOCK_FILE, with uv where it is installed, else with pip.
set -eu
LOCK_FILE=${LOCK_FILE:-requirements.txt}
"$PYTHON" - <<'CHECK'
import sys
if sys.version_info < (3, 11):
    sys.exit(f"Python 3.11 or newer is needed; {sys.executable} is {sys.version.split()[0]}. Try: make book PYTHON=python3.12")
CHECK
if command -v uv >/dev/null 2>&1; then
    echo "Installing the locked environment into $VENV with uv ..."
    uv venv --quiet --allow-existing --python "$("$PYTHON" -c 'import sys; print(sys.executable)')" "$VENV"
    uv pip sync --quiet --python "$VENV/bin/python" --require-hashes --compile-bytecode "$LOCK_FILE"
    uv pip install --quiet --python "$VENV/bin/python" --no-deps --no-build-isolation --editable .
else
    echo "Installing the locked environment into $VENV with pip (a minute or two) ..."
    "$PYTHON" -m venv "$VENV"
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement "$LOCK_FILE"
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
fi
