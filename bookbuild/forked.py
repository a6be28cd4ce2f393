"""Kernels forked from a process that has the libraries imported already.

Most of a chapter's time goes into starting Python and importing the same libraries as
the chapter before. `multiprocessing` has a server for this (its start method
"forkserver"): a process that imports once and forks at each request. Here it serves
kernels. Only libraries of the environment are imported beforehand, never modules of
the book: what a chapter reads of the book must be seen to be read by it.
"""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from importlib.metadata import EntryPoint
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from bookbuild.kernel_process import run_kernel

NAME = "bookbuild-forked"
LAUNCHER = "ipykernel_launcher"
#: Imported by the server besides what the book asks for.
MACHINERY = ("bookbuild.kernel_process", "ipykernel.kernelapp", "ipykernel.ipkernel")


class ForkedProcess:
    """A forked kernel with the methods of `subprocess.Popen` that jupyter_client calls."""

    stdin = stdout = stderr = None

    def __init__(self, process: BaseProcess) -> None:
        self.process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        """Return the exit status, None while it runs."""
        return self.process.exitcode

    def wait(self) -> int | None:
        """Wait for its end."""
        self.process.join()
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None and self.pid is not None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class ForkedProvisioner(LocalProvisioner):
    """Start Python kernels by a fork, and any other kernel as usual."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel of the command line `cmd`."""
        if LAUNCHER not in cmd:
            return await super().launch_kernel(cmd, **kwargs)
        arguments = cmd[cmd.index(LAUNCHER) + 1 :]
        folder = str(kwargs.get("cwd") or Path.cwd())
        process = multiprocessing.get_context("forkserver").Process(
            target=run_kernel, args=(arguments, kwargs["env"], folder, fresh_path())
        )
        process.start()
        self.process = cast(Any, ForkedProcess(process))
        self.pid = process.pid
        return self.connection_info


def start_server(preload: Sequence[str]) -> None:
    """Start the process that kernels are forked from, and let it import; do not wait for it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*MACHINERY, *preload])
    forkserver.ensure_running()


@cache
def fresh_path() -> list[str]:
    """Return the search path that `python -m ipykernel_launcher` has."""
    program = "import json, sys; print(json.dumps(sys.path))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    return [entry for entry in json.loads(done.stdout) if entry]


def use_forked_kernels() -> None:
    """Let jupyter_client start kernels by a fork, in this process."""
    factory = KernelProvisionerFactory.instance()
    where = f"{ForkedProvisioner.__module__}:{ForkedProvisioner.__name__}"
    group = KernelProvisionerFactory.GROUP_NAME
    factory.provisioners[NAME] = EntryPoint(NAME, where, group)
    factory.default_provisioner_name = NAME


def use_ordinary_kernels() -> None:
    """Let jupyter_client start each kernel as a process of its own, as it does by itself."""
    KernelProvisionerFactory.instance().default_provisioner_name = "local-provisioner"
