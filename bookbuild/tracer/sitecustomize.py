"""Write down what this Python process reads.

Python imports a module of this name at its start. The folder of this file stands
first on the PYTHONPATH of a kernel, and so of every Python process the kernel
starts; :mod:`bookbuild.trace` sets it up and reads what is written here.
"""

# Paths by os.path: this runs at the start of every process, before pathlib is there.
# ruff: noqa: PTH100, PTH109, PTH111, PTH118, PTH119, PTH120
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Callable
from typing import Any

VARIABLE = "BOOKBUILD_TRACE"
#: Not counted where they lie outside the book: the system, not the science.
SYSTEM = (
    *("/bin/", "/dev/", "/etc/", "/lib", "/proc/", "/sbin/", "/sys/", "/usr/", "/var/"),
    os.path.expanduser("~/.cache/"),
    os.environ.get("TMPDIR", "/tmp").rstrip("/") + "/",
)
LOCAL = ("::1", "localhost")
#: Caches, and the entry of sys.path by which an editable install is found.
NO_FILES = ("/__pycache__/", ".__path_hook__/")
#: Folders these list are the search for modules; a module found is an `exec` event.
IMPORTERS = ("<frozen", "/importlib/", "/pkgutil.py", "/inspect.py", "/zipimport.py")


class Tracer:
    """Append each path once, at its first event, to the trace file.

    A record is one letter (r read, w written, l listed, u cannot be traced), the
    path, and a NUL. It is written at once: a killed kernel loses nothing.
    """

    def __init__(self, file: str, root: str, *skipped: str) -> None:
        self.fd = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        self.root = root
        self.skipped = skipped
        self.seen: set[bytes] = set()
        self.handlers: dict[str, Callable[..., None]] = {
            "open": self._on_open,
            "exec": self._on_exec,
            "os.listdir": self._on_list,
            "os.scandir": self._on_list,
            "sqlite3.connect": self._on_connect,
            "subprocess.Popen": self._on_command,
            "os.posix_spawn": self._on_command,
            "os.exec": self._on_command,
            "os.system": self._on_shell,
            "socket.connect": self._on_socket,
        }

    def listen(self) -> None:
        """Hear the audit events of this process, from now on."""
        handlers = self.handlers

        # A plain function: imports alone raise some ninety thousand events.
        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            if event in handlers:
                handlers[event](*arguments)

        sys.addaudithook(hook)

    def _note(self, kind: bytes, path: str) -> None:
        full = os.path.normpath(os.path.join(os.getcwd(), path))
        within = full + "/"
        if within.startswith(self.skipped) or any(part in within for part in NO_FILES):
            return
        if not within.startswith(self.root) and within.startswith(SYSTEM):
            return
        self._write(kind, full)

    def _write(self, kind: bytes, text: str) -> None:
        # A file read after it was written is no input: the first event decides.
        key = (b"f" if kind in b"rw" else kind) + os.fsencode(text)
        if key not in self.seen:
            self.seen.add(key)
            os.write(self.fd, kind + os.fsencode(text) + b"\0")

    def _on_open(self, path: Any, mode: str | None, flags: int) -> None:
        if not isinstance(path, str | bytes):
            return
        only_written = flags & os.O_TRUNC or flags & os.O_EXCL
        writes = only_written or flags & os.O_ACCMODE == os.O_WRONLY
        name = os.fsdecode(path)
        if not (name.endswith(".py") and _in_traceback()):
            self._note(b"w" if writes else b"r", name)

    def _on_exec(self, code: Any) -> None:
        name = code.co_filename
        if not name.startswith("<") and "/ipykernel_" not in name:
            self._note(b"r", name)

    def _on_list(self, path: Any = None) -> None:
        if isinstance(path, int):
            return
        caller = sys._getframe(2).f_code.co_filename
        if not any(part in caller for part in IMPORTERS):
            self._note(b"l", os.fsdecode(path or "."))

    def _on_connect(self, database: Any) -> None:
        name = os.fsdecode(database)
        if name and not name.startswith(":"):
            self._note(b"r", name.removeprefix("file:").partition("?")[0])

    def _on_command(self, executable: Any, *_: Any) -> None:
        name = os.path.basename(os.fsdecode(executable))
        if not name.startswith("python"):
            self._write(b"u", f"the program {name}")

    def _on_shell(self, command: Any) -> None:
        self._write(b"u", f"the shell command {os.fsdecode(command)}")

    def _on_socket(self, _: Any, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if isinstance(host, str) and not host.startswith(("127.", *LOCAL)) and host:
            self._write(b"u", f"the network host {host}")


def _in_traceback() -> bool:
    """Return whether a file is opened to show a line of it; its path may lead nowhere."""
    frame = sys._getframe(2)
    for _ in range(4):
        if frame.f_code.co_filename.endswith("linecache.py"):
            return True
        if frame.f_back is None:
            break
        frame = frame.f_back
    return False


def install() -> None:
    """Begin to trace, where the environment asks for it."""
    where = os.environ.get(VARIABLE)
    if not where:
        return
    Tracer(*where.split("\n")).listen()


def run_shadowed() -> None:
    """Run the `sitecustomize` of the environment, which this one stands before."""
    here = os.path.dirname(os.path.abspath(__file__))
    others = [entry for entry in sys.path if os.path.abspath(entry) != here]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


if __name__ == "sitecustomize":  # and not imported by a kernel that was forked
    install()
    run_shadowed()
