"""Let a process end with the one that started it, however that ends."""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Ask the kernel of the system to kill this process when its parent dies.

    A build that was killed must leave nobody behind that still writes. Only Linux can be
    asked; elsewhere a worker ends when it next looks for work.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
