"""A real PostgreSQL, started for the run on a socket of its own; and topics."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import psycopg
import pytest

from client.published import Topic, make

START_LIMIT_S = 60.0
STOP_LIMIT_S = 30.0
USER = "news"


def missing(what: str) -> NoReturn:
    """Skip loudly; with REQUIRE_POSTGRES=1 fail."""
    if os.environ.get("REQUIRE_POSTGRES") == "1":
        pytest.fail(f"REQUIRE_POSTGRES=1, but: {what}")
    warnings.warn(f"NO POSTGRESQL, the example that stores documents in it is not tried: {what}", stacklevel=2)
    pytest.skip(what)


@pytest.fixture(scope="session")
def programs() -> Path:
    """Return the folder of initdb, postgres and psql."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    on_path = shutil.which("initdb")
    for folder in ([Path(on_path).parent] if on_path else []) + debian[::-1]:
        if (folder / "postgres").exists():
            return folder
    missing("there is no initdb (Debian: apt-get install postgresql)")


@pytest.fixture(scope="session")
def postgres(programs: Path) -> Iterator[dict[str, str]]:
    """Return the environment that libpq finds the server with."""
    folder = Path(tempfile.mkdtemp(prefix="cw-pg-"))  # a short path: a socket's is limited to 107 bytes
    options: dict[str, Any] = {"cwd": folder, "stdin": subprocess.DEVNULL}
    try:
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            try:
                account = pwd.getpwnam("postgres")
            except KeyError:
                missing("we are root, and there is no user postgres")
            os.chown(folder, account.pw_uid, account.pw_gid)
            options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        init = [programs / "initdb", "-D", folder / "data", "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"]
        done = subprocess.run(init, capture_output=True, text=True, timeout=START_LIMIT_S, **options)
        assert done.returncode == 0, done.stdout + done.stderr
        where = {"PGHOST": str(folder), "PGUSER": USER}
        yield from _running(programs, folder, where, options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _running(programs: Path, folder: Path, where: dict[str, str], options: dict[str, Any]) -> Iterator[dict[str, str]]:
    settings = ("listen_addresses=", "fsync=off", f"unix_socket_directories={folder}")
    with (folder / "log").open("w") as log:
        command = [programs / "postgres", "-D", folder / "data", *(word for one in settings for word in ("-c", one))]
        server = subprocess.Popen(command, stdout=log, stderr=log, **options)
    try:
        deadline = time.monotonic() + START_LIMIT_S
        while not _answers(where):
            assert server.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.1)
        yield where
    finally:
        server.send_signal(signal.SIGINT)  # a fast shutdown: sessions are ended
        server.wait(STOP_LIMIT_S)


def _answers(where: dict[str, str]) -> bool:
    try:
        _connected(where, "postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _connected(where: dict[str, str], name: str) -> psycopg.Connection:
    return psycopg.connect(host=where["PGHOST"], user=where["PGUSER"], dbname=name, autocommit=True)


@pytest.fixture
def database(postgres: dict[str, str]) -> Iterator[psycopg.Connection]:
    """Return a connection to a database of the test's own."""
    name = f"t{uuid.uuid4().hex[:8]}"
    with _connected(postgres, "postgres") as server:
        server.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]  # no name of a stranger
    with _connected(postgres, name) as connection:
        yield connection


@pytest.fixture
async def topic(kafka: Any) -> Topic:
    return await make(kafka.bootstrap)
