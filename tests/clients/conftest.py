"""Clients that are not ours: kcat, Node's kafkajs, Java's own; and validators of JSON Schema in Node and Java.

Where one cannot be had its tests are skipped loudly; REQUIRE_CLIENTS=1 makes that a failure.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest

from client.published import Topic, make

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or HERE.parents[1] / ".cache")
LIMIT_S = 170


def missing(what: str) -> NoReturn:
    """Skip loudly; with REQUIRE_CLIENTS=1 fail."""
    if os.environ.get("REQUIRE_CLIENTS") == "1":
        pytest.fail(f"REQUIRE_CLIENTS=1, but: {what}")
    warnings.warn(f"NO OTHER CLIENT, what it reads is not tried: {what}", stacklevel=2)
    pytest.skip(what)


def command(name: str) -> str:
    """Return the path of a program, or skip."""
    return shutil.which(name) or missing(f"there is no {name}")


@pytest.fixture(scope="session")
def kcat() -> str:
    return command("kcat")


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """Return the folder of kafkajs and ajv, installed once from the lock file."""
    command("node")
    npm = command("npm")

    def fetch(into: Path) -> Sequence[str]:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / "node" / name, into)
        return (npm, "ci", "--prefix", str(into), "--ignore-scripts", "--no-audit", "--no-fund")

    return kept("node-clients", HERE / "node/package-lock.json", fetch) / "node_modules"


@pytest.fixture(scope="session")
def java_libs() -> Path:
    """Return the folder of the jars of Kafka's console consumer and of a validator, fetched once with Maven."""
    command("javac")
    maven = command("mvn")

    def fetch(into: Path) -> Sequence[str]:
        goal = ("dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={into}")
        return (maven, "-q", "-B", "-f", str(HERE / "java/pom.xml"), *goal)

    return kept("java-clients", HERE / "java/pom.xml", fetch)


def kept(name: str, made_of: Path, fetch: Callable[[Path], Sequence[str]]) -> Path:
    """Return the folder .cache/`name`, made by the command that `fetch` gives unless it was made of the same file."""
    CACHE.mkdir(parents=True, exist_ok=True)
    folder, wanted = CACHE / name, made_of.read_bytes()
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".of").exists() or (folder / ".of").read_bytes() != wanted:
            part = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=CACHE))
            done = subprocess.run(fetch(part), capture_output=True, text=True, timeout=LIMIT_S)
            if done.returncode:
                shutil.rmtree(part)
                missing(f"{name} cannot be fetched: {(done.stderr or done.stdout)[-300:]}")
            (part / ".of").write_bytes(wanted)
            shutil.rmtree(folder, ignore_errors=True)
            part.rename(folder)
    return folder


@pytest.fixture
async def topic(kafka: Any) -> Topic:
    return await make(kafka.bootstrap)
