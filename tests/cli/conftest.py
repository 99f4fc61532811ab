"""How the tests of the command line call it: as the program does, in this process."""

import io
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from cleanwire import cli


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Undo what a command does to the process's logging."""
    chatty = logging.getLogger("aiokafka")
    handlers, level, chatty_level = logging.root.handlers[:], logging.root.level, chatty.level
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    chatty.setLevel(chatty_level)


@pytest.fixture
def cleanwire(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs `cleanwire ARGUMENTS`; `stdin` and `environment` may be given."""

    def run(*arguments: str, stdin: bytes = b"", environment: dict[str, str] | None = None) -> Ended:
        monkeypatch.setattr(sys, "argv", ["cleanwire", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        for name, value in (environment or {}).items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        code = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        shown = capsys.readouterr()
        return Ended(code=code, out=shown.out, err=shown.err)

    return run
