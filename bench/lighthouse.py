"""Ask Lighthouse for its opinion of every page, as a phone meets it; fail below the limits.

Needs node and a Chromium (or CHROME_PATH). Lighthouse itself is fetched once, in the version
below, by npx; or LIGHTHOUSE names an installed one. Performance is measured three times
where the first is too low: a busy machine is no fault of the page.
"""

import gzip
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
VERSION = "12.8.2"
LIMITS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
FLAGS = "--headless=new --no-sandbox --disable-gpu"
#: On search pages robots are not wanted; Lighthouse calls that a fault of SEO.
TRIES = 3


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serve files compressed and kept by the browser, as any host of static pages does."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send a file, compressed where that is of use."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        content, kind = path.read_bytes(), self.guess_type(str(path))
        self.send_response(200)
        if kind.startswith(("text/", "application/json", "image/svg", "application/javascript")):
            content = gzip.compress(content, 6, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if "text" in kind else kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "max-age=31536000")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def command() -> list[str]:
    """Return how Lighthouse is called."""
    if installed := os.environ.get("LIGHTHOUSE"):
        return [installed]
    npx = shutil.which("npx")
    if npx is None:
        sys.exit("no npx: Lighthouse needs node (https://nodejs.org), or LIGHTHOUSE=path")
    return [npx, "--yes", f"lighthouse@{VERSION}"]


def measured(address: str) -> tuple[dict[str, int], list[str]]:
    """Return the scores of a page, and the audits that it fails."""
    chromium = os.environ.get("CHROME_PATH") or shutil.which("chromium") or ""
    asked = [address, "--quiet", "--output=json", f"--chrome-flags={FLAGS}"]
    done = subprocess.run(
        [*command(), *asked],
        env=os.environ | {"CHROME_PATH": chromium},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"Lighthouse failed on {address}: {done.stderr[-2000:]}")
    report = json.loads(done.stdout)
    scores = {name: round(100 * report["categories"][name]["score"]) for name in LIMITS}
    failed = [
        f"{audit['id']} {audit.get('displayValue', '')}".strip()
        for name in LIMITS
        for each in report["categories"][name]["auditRefs"]
        if (audit := report["audits"][each["id"]])["score"] is not None
        and audit["score"] < 0.9
        and each["weight"]
    ]
    return scores, failed


def best(address: str) -> tuple[dict[str, int], list[str]]:
    """Return the scores of the best of some tries."""
    found = [measured(address)]
    while found[-1][0]["performance"] < LIMITS["performance"] and len(found) < TRIES:
        found.append(measured(address))
    return max(found, key=lambda each: each[0]["performance"])


def main() -> int:
    """Measure the pages named, or all; return 1 where one is below a limit."""
    built = [path.relative_to(SITE) for path in SITE.rglob("*.html")]
    pages = sys.argv[1:] or sorted(page.as_posix() for page in built if page.parts[0] != "_static")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=SITE))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    low = 0
    for page in pages:
        scores, failed = best(f"http://127.0.0.1:{server.server_port}/{page}")
        low += any(scores[name] < limit for name, limit in LIMITS.items())
        told = [f"{name} {score}" for name, score in scores.items()]
        print(page, *told, *failed, sep=" | ", flush=True)
    server.shutdown()
    print(f"{low} of {len(pages)} pages below {LIMITS}" if low else "every page keeps the limits")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
