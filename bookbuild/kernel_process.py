"""What runs in a forked process to make it a kernel."""

import atexit
import os
import sys

from bookbuild.parent import end_with_parent


def run_kernel(
    arguments: list[str], variables: dict[str, str], folder: str, path: list[str]
) -> None:
    """Be what `python -m ipykernel_launcher <arguments>` is, and trace as such a process does.

    Parameters
    ----------
    arguments : list of str
        Those of the launcher, such as ``["-f", "connection.json"]``.
    variables : dict
        The whole environment.
    folder : str
        The working directory.
    path : list of str
        The search path of a Python started anew; multiprocessing hands on the build's own.
    """
    end_with_parent()
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(folder)
    sys.path[:] = path
    sys.argv = ["ipykernel_launcher.py", *arguments]
    if "numpy" in sys.modules:  # or all kernels would draw the same unseeded numbers
        sys.modules["numpy"].random.seed()
    from bookbuild.tracer import sitecustomize

    sitecustomize.install()
    from ipykernel.kernelapp import IPKernelApp

    # Taken from the environment at import, which is long past; without one it prints advice.
    parent = f"--IPKernelApp.parent_handle={os.getppid()}"
    try:
        IPKernelApp.launch_instance([*arguments, parent])
    finally:
        atexit._run_exitfuncs()
