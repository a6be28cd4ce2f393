"""`python -m bookbuild.cluster_job`: execute one chapter for a worker of a cluster.

The job comes in on stdin and its outcome goes out on stdout. A process of its own, because
an execution sets variables of its process, and a worker may have many threads.
"""

import os
import pickle
import sys

from bookbuild.execute import execute
from bookbuild.forked import start_server
from bookbuild.jobs import Job
from bookbuild.parent import end_with_parent
from bookbuild.pool import can_fork, start_conditions


def main() -> None:
    """Execute the job, and end at once when the worker does, with the kernel."""
    end_with_parent()
    # Whatever is printed on the way is not the answer.
    with os.fdopen(os.dup(1), "wb") as answer:
        os.dup2(2, 1)
        job: Job = pickle.load(sys.stdin.buffer)
        forked = can_fork()
        with start_conditions(job.state):
            if forked:
                start_server(())
            pickle.dump(execute(job, forked), answer)


if __name__ == "__main__":
    main()
