"""Clients that are not ours: kcat, Node's kafkajs, Java's own; and validators of JSON Schema in Node and Java.

Where one cannot be had its tests are skipped loudly; REQUIRE_CLIENTS=1 makes that a failure.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
import venv
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

import httpx
import pytest

from client.published import Topic, make
from kafka.broker import free_port

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or HERE.parents[1] / ".cache")
LIMIT_S = 170
START_S = 200


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


@pytest.fixture(scope="session")
def other_python() -> Path:
    """Return a Python that has fastavro, Protocol Buffers and Confluent's client with its deserialisers."""

    def fetch(into: Path) -> list[str]:
        venv.create(into, with_pip=True)
        lock = str(HERE / "python/requirements.lock")
        pip = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", lock]
        return [str(into / "bin/python"), *pip]

    found = kept("python-clients", HERE / "python/requirements.lock", fetch) / "bin/python"
    return found if found.exists() else missing("no environment can be made")


@pytest.fixture(scope="session")
def registry() -> Iterator[str]:
    """Return the address of a real schema registry: Apicurio's, through its interface that is like Confluent's."""
    command("java")
    maven = command("mvn")

    def fetch(into: Path) -> Sequence[str]:
        # Maven notes beside the project what it has unpacked, and would not do so again into another folder.
        noted = f"-DmarkersDirectory={into / 'markers'}"
        goal = ("dependency:unpack-dependencies", f"-DoutputDirectory={into}", noted)
        return (maven, "-q", "-B", "-f", str(HERE / "java/registry/pom.xml"), *goal)

    (jar,) = kept("registry", HERE / "java/registry/pom.xml", fetch).glob("apicurio-registry-app-*-runner.jar")
    port = free_port()
    listening = {"QUARKUS_HTTP_HOST": "127.0.0.1", "QUARKUS_HTTP_PORT": str(port)}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            ["java", "-Xmx384m", "-XX:+UseSerialGC", "-jar", str(jar)],
            env={**os.environ, **listening},
            stdout=log,
            stderr=log,
        )
        try:
            url = f"http://127.0.0.1:{port}/apis/ccompat/v7"
            deadline = time.monotonic() + START_S
            while not _answers(f"{url}/subjects"):
                if process.poll() is not None or time.monotonic() > deadline:
                    log.seek(0)
                    missing(f"the schema registry does not start: {log.read()[-1000:].decode(errors='replace')}")
                time.sleep(0.5)
            yield url
        finally:
            process.kill()
            process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5, trust_env=False).is_success
    except httpx.HTTPError:
        return False


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
