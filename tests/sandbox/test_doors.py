"""Hostile code in a real process of the pool reaches nothing of the machine it runs on."""

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from cleanwire.sandbox.pool import ProcessPool
from sandbox import hostile, spawning
from sandbox.looking import is_running, until

pytestmark = pytest.mark.slow

SECRET = "a secret of the service"
CONFIG = 'password = "of the configuration"\n'
KEY = "a private key\n"
ROOT, IMAGE = 0, 10_001  # the image's user: Dockerfile


@pytest.fixture(scope="module", params=[ROOT, IMAGE], ids=["root", "the image's user"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a service of this user saw of its process."""
    user = request.param
    if os.getuid() != ROOT:
        if user == ROOT:
            warnings.warn("NOT ROOT: that root's processes are shut off is not tested here", stacklevel=1)
            pytest.skip("not root")
        user = os.getuid()
    folder = tmp_path_factory.mktemp("hostile")
    folder.chmod(0o777)
    for above in folder.parents[:3]:
        above.chmod(0o755)
    for name, text in (("cleanwire.toml", CONFIG), ("client.key", KEY)):
        (folder / name).write_text(text)
        os.chown(folder / name, user, user)
    environment = {
        **os.environ,
        "CLEANWIRE_KAFKA_SASL_PASSWORD": SECRET,
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
    }
    program = Path(__file__).with_name("service.py")
    ended = subprocess.run(
        [sys.executable, str(program), str(user), str(folder)],
        env=environment, capture_output=True, text=True, timeout=170, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return {**found, "user": user, "folder": folder, "stderr": ended.stderr}


def test_every_door_is_shut(told: dict[str, Any]) -> None:
    assert told["facts"]["user"] == told["user"]
    assert told["open_doors"] == []


@pytest.mark.parametrize("attempt", [attempt.__name__ for attempt in hostile.REFUSED])
def test_it_is_refused(told: dict[str, Any], attempt: str) -> None:
    assert told["attempts"][attempt].startswith("PoolCrashed(kind=<Crash.RAISED: 'raised'>")
    assert any(
        word in told["attempts"][attempt]
        for word in ("Operation not permitted", "can't start new thread", "No module named", "not allowed to raise")
    )


@pytest.mark.parametrize("attempt", [attempt.__name__ for attempt in hostile.ENDED])
def test_it_ends_the_process(told: dict[str, Any], attempt: str) -> None:
    assert told["attempts"][attempt] == "PoolCrashed(kind=<Crash.SIGNAL: 'signal'>, detail='SIGSYS')"


def test_files_are_as_before(told: dict[str, Any]) -> None:
    folder = told["folder"]
    assert sorted(path.name for path in folder.iterdir()) == ["cleanwire.toml", "client.key"]
    assert (folder / "cleanwire.toml").read_text() == CONFIG
    assert (folder / "client.key").read_text() == KEY


def test_nothing_is_open_but_its_socket(told: dict[str, Any]) -> None:
    kinds = [kind for _, kind in told["facts"]["descriptors"]]
    assert sorted(kinds) == ["device", "device", "device", "socket"]


def test_its_environment_tells_nothing(told: dict[str, Any]) -> None:
    assert set(told["facts"]["environment"]) <= {"OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "TZ", "LC_CTYPE"}
    assert told["facts"]["first_environment"] == [""]
    assert SECRET not in json.dumps(told["facts"])


def test_it_writes_nothing_into_the_services_log(told: dict[str, Any]) -> None:
    assert told["facts"]["log"] == "None"
    assert told["stderr"] == ""


async def test_what_a_process_started_before_ends_with_it() -> None:
    pool = ProcessPool(
        processes=1, memory_limit_bytes=2**29, tasks_per_process=2000, preload=["sandbox.spawning"]
    )  # fmt: skip
    async with pool:
        first = await pool.run(spawning.grandchild, timeout_s=30.0)
        await pool.run(spawning.leave, timeout_s=30.0)
        second = await pool.run(spawning.grandchild, timeout_s=30.0)
        assert isinstance(first, int)
        assert isinstance(second, int)
        assert first != second
        await until(lambda: not is_running(first))
        assert is_running(second)
    await until(lambda: not is_running(second))
