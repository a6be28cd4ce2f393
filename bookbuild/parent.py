"""Let a process end with the one that started it, however that ends."""

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from multiprocessing.connection import wait

PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int | None = None) -> None:
    """Arrange that this process is killed when its parent dies.

    A build that was killed must leave nobody behind that still writes. A process made by
    multiprocessing watches the pipe to its parent; another one asks the system, of which
    only Linux can be asked.

    Parameters
    ----------
    parent : int, optional
        Its process id: this process ends at once where the parent has died already.
    """
    maker = multiprocessing.parent_process()
    if maker is not None:
        threading.Thread(target=_watch, args=(maker.sentinel,), daemon=True).start()
    elif sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def _watch(sentinel: int) -> None:
    wait([sentinel])
    os.kill(os.getpid(), signal.SIGKILL)
