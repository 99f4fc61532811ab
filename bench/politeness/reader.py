"""How is the reader that is graded started, killed and started again?"""

import contextlib
import os
import shlex
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

from bench.politeness.terms import NETWORK, Terms


class Reader:
    """A command that polls. What it prints goes to `log`."""

    def __init__(self, command: str, feeds: Sequence[str], terms: Terms, folder: Path, *, log: Path) -> None:
        """`command` may hold {feeds} (a text file, one URL a line), {opml}, {urls}, {folder} (to keep state in),
        {network}, {floor} and {spacing}.
        """
        listed, opml = folder / "feeds.txt", folder / "feeds.opml"
        listed.write_text("".join(f"{url}\n" for url in feeds), encoding="utf-8")
        opml.write_text(_opml(feeds), encoding="utf-8")
        values = {
            "feeds": str(listed),
            "opml": str(opml),
            "folder": str(folder),
            "network": NETWORK,
            "floor": f"{terms.floor:g}",
            "spacing": f"{terms.spacing:g}",
        }
        self._command: list[str] = []
        for word in shlex.split(command):
            self._command += feeds if word == "{urls}" else [word.format_map(values)]
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0

    def start(self) -> None:
        """Start it, in a process group of its own: what it starts is killed with it.

        Raises:
            OSError: there is no such command.
        """
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self._started = time.monotonic()

    def ended(self) -> int | None:
        """Return its exit status if it ended by itself."""
        return None if self._process is None else self._process.poll()

    def age(self) -> float:
        """Return the seconds since it was last started."""
        return time.monotonic() - self._started

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def last_words(self) -> str:
        return self._log.read_text(errors="replace")[-1500:] if self._log.exists() else ""


def _opml(feeds: Sequence[str]) -> str:
    outlines = "".join(f'<outline type="rss" text={quoteattr(url)} xmlUrl={quoteattr(url)}/>\n' for url in feeds)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<opml version="2.0"><body>\n{outlines}</body></opml>\n'
