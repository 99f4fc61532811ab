"""A disposable Apache Kafka for tests: one KRaft node on loopback that can be stopped, killed and frozen.

python tests/kafka/broker.py libs     download the jars (Maven) and print the folder
python tests/kafka/broker.py run      run a broker until Ctrl-C and print its address
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
IMAGE = "apache/kafka:4.0.0"
START_LIMIT_S = 120.0
STOP_LIMIT_S = 60.0
CLUSTER = "CleanwireTestsClusterA"
_HALF_PORTS = range(7_500, 16_000)  # of even ports: so no two pairs overlap

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={folder}/data
num.network.threads=2
num.io.threads=4
background.threads=2
log.cleaner.threads=1
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
"""


class Unavailable(Exception):
    """No broker can be had here; the message says what is missing."""


def free_port() -> int:
    """Return a port of 127.0.0.1 that is free, and so is the next one: brokers have their controller there.

    Both lie below the ports that outgoing connections are given, of which one could come before the broker does, or
    while the broker is restarted.
    """
    while True:
        port = 2 * secrets.choice(_HALF_PORTS)
        with contextlib.suppress(OSError), socket.socket() as probe, socket.socket() as following:
            probe.bind(("127.0.0.1", port))
            following.bind(("127.0.0.1", port + 1))
            return port


def libs() -> Path:
    """Return the folder with Kafka's jars: KAFKA_LIBS, or downloaded once through Maven into .cache/kafka-libs.

    Raises:
        Unavailable: there is no Maven, or it failed.
    """
    if given := os.environ.get("KAFKA_LIBS"):
        return Path(given)
    target = _cache() / "kafka-libs"
    if not _holds_kafka(target):
        with _alone(target):
            if not _holds_kafka(target):
                _download(target)
    return target


def _cache() -> Path:
    folder = Path(os.environ.get("XDG_CACHE_HOME") or ROOT / ".cache")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Let one of a test run's processes make `target`, while the others wait."""
    with target.with_name(f"{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _holds_kafka(folder: Path) -> bool:
    return any(folder.glob("kafka_2.13-*.jar"))


def _download(target: Path) -> None:
    if not shutil.which("mvn"):
        raise Unavailable("no Maven to download Kafka with")
    # Into a folder of its own first: it may be interrupted.
    part = Path(tempfile.mkdtemp(prefix="kafka-libs-", dir=target.parent))
    command = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies"]
    done = subprocess.run(
        [*command, "-DincludeScope=runtime", f"-DoutputDirectory={part}"], capture_output=True, text=True
    )
    if done.returncode or not _holds_kafka(part):
        shutil.rmtree(part, ignore_errors=True)
        raise Unavailable(f"Maven could not download Kafka: {done.stdout[-300:]}{done.stderr[-300:]}")
    shutil.rmtree(target, ignore_errors=True)  # what is not whole
    part.rename(target)


class Broker:
    """One Kafka node in a folder of its own. Data outlive a restart; `close` removes them.

    Args:
        extra: properties that come after ours; the later one of two counts.
        format_options: for the storage tool, which makes the first users.
        port: where `extra` names listeners of its own; the controller's is the next one.
    """

    def __init__(self, extra: str = "", *, format_options: Sequence[str] = (), port: int | None = None) -> None:
        self._program = shutil.which("java") or ""
        if not self._program:
            raise Unavailable("no Java to run Kafka with")
        self._libs = libs()
        self.folder = Path(tempfile.mkdtemp(prefix="cleanwire-kafka-"))
        self.port = free_port() if port is None else port
        self.bootstrap = f"127.0.0.1:{self.port}"
        self.log = self.folder / "broker.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._has_run = False
        properties = PROPERTIES.format(port=self.port, controller=self.port + 1, folder=self.folder)
        (self.folder / "server.properties").write_text(properties + extra)
        self._format(format_options)

    def _format(self, options: Sequence[str]) -> None:
        """Give the node its empty data. They are formatted once for each Kafka and `options`: a JVM takes seconds."""
        kept = _cache() / f"kafka-formatted-{self._digest(PROPERTIES, options)}"
        with _alone(kept):
            if not kept.is_dir():
                tool = ("kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", self._config, *options)
                if self._java(*tool).wait(START_LIMIT_S):
                    raise Unavailable(f"Kafka's data could not be formatted, see {self.log}")
                part = Path(tempfile.mkdtemp(prefix=f"{kept.name}-", dir=kept.parent))
                shutil.copytree(self.folder / "data", part, dirs_exist_ok=True)
                part.rename(kept)
                return
        shutil.copytree(kept, self.folder / "data")

    def _digest(self, *what: object) -> str:
        """Return what changes when this Kafka does, or `what`."""
        known = repr((sorted(path.name for path in self._libs.iterdir()), *what))
        return hashlib.sha256(known.encode()).hexdigest()[:16]

    @property
    def _config(self) -> str:
        return str(self.folder / "server.properties")

    def start(self) -> "Broker":
        """Start the node and wait until it has answered a client.

        Where it has run before it starts without kept classes: how soon a node comes back is part of what is tried.
        """
        if self._has_run:
            return self._start("-Xshare:auto")
        self._has_run = True
        return self._start(f"-XX:SharedArchiveFile={self._classes()}")

    def _classes(self) -> Path:
        """Return Kafka's classes as the JVM keeps them, with which a start takes 2.9 CPU seconds instead of 5.

        They are kept once for each Kafka and Java. A JVM that has no use for them starts as without.
        """
        kept = _cache() / f"kafka-classes-{self._digest(self._libs, os.path.realpath(self._program))}.jsa"
        with _alone(kept):
            if not kept.exists():
                part = kept.with_suffix(".part")
                part.unlink(missing_ok=True)
                self._start(f"-XX:ArchiveClassesAtExit={part}").stop()
                if part.exists():
                    part.rename(kept)
        return kept

    def _start(self, option: str) -> "Broker":
        self._process = self._java("kafka.Kafka", self._config, option=option)
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline and self._process.poll() is None:
            if self._takes_connections() and self._knows_itself():
                return self
            time.sleep(0.1)
        raise Unavailable(f"Kafka did not start, see {self.log}")

    def _takes_connections(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def _knows_itself(self) -> bool:
        """Whether clients are told of the node: it takes connections before its controller lets it work."""
        admin = AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 0})
        with contextlib.suppress(KafkaException):
            return bool(admin.list_topics(timeout=5).brokers)
        return False

    def stop(self) -> None:
        """Shut the node down in order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the node as a power cut would."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Freeze the node: connections stay open and nothing answers."""
        self._running().send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen node go on."""
        self._running().send_signal(signal.SIGCONT)

    def has_ended(self) -> bool:
        """Tell whether the node has ended by itself."""
        return self._running().poll() is not None

    def kill_if_running(self) -> None:
        if self._process is not None:
            self.resume()
            self.kill()

    def close(self) -> None:
        """End the node and remove its data."""
        self.kill_if_running()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _running(self) -> "subprocess.Popen[bytes]":
        assert self._process is not None, "the broker is not running"
        return self._process

    def _end(self, how: signal.Signals) -> None:
        process = self._running()
        process.send_signal(how)
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._process = None

    def _java(self, *arguments: str, option: str = "-Xshare:auto") -> "subprocess.Popen[bytes]":
        options = [
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            option,
            f"-Dlog4j2.configurationFile={HERE / 'log4j2.xml'}",
        ]
        jars = ":".join(sorted(str(path) for path in self._libs.glob("*.jar")))  # in one order: kept classes need it
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [self._program, *options, "-cp", jars, *arguments], stdout=log, stderr=subprocess.STDOUT
            )


class DockerBroker:
    """The same through a container engine, where there is no Java. It cannot be frozen or restarted."""

    def __init__(self) -> None:
        if not shutil.which("docker") or subprocess.run(["docker", "info"], capture_output=True).returncode:
            raise Unavailable("no container engine answers")
        self.port = free_port()
        self.bootstrap = f"127.0.0.1:{self.port}"
        self._name = f"cleanwire-kafka-{uuid.uuid4().hex[:8]}"

    def start(self) -> "DockerBroker":
        """Run the container and wait until it takes connections."""
        settings = {
            "NODE_ID": "1",
            "PROCESS_ROLES": "broker,controller",
            "LISTENERS": f"PLAINTEXT://:{self.port},CONTROLLER://:9093",
            "ADVERTISED_LISTENERS": f"PLAINTEXT://{self.bootstrap}",
            "CONTROLLER_LISTENER_NAMES": "CONTROLLER",
            "LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
            "AUTO_CREATE_TOPICS_ENABLE": "false",
            "OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
            "TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
            "TRANSACTION_STATE_LOG_MIN_ISR": "1",
            "GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
            "GROUP_MIN_SESSION_TIMEOUT_MS": "1000",
        }
        flags = [part for key, value in settings.items() for part in ("-e", f"KAFKA_{key}={value}")]
        command = [
            "docker",
            "run",
            "-d",
            "--rm",
            "--name",
            self._name,
            "-p",
            f"{self.bootstrap}:{self.port}",
            *flags,
            IMAGE,
        ]
        if subprocess.run(command, capture_output=True).returncode:
            raise Unavailable(f"{IMAGE} does not run")
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline:
            logs = subprocess.run(["docker", "logs", self._name], capture_output=True, text=True).stdout
            if "Kafka Server started" in logs:
                return self
            time.sleep(0.3)
        raise Unavailable("Kafka did not start in its container")

    def close(self) -> None:
        """Remove the container."""
        subprocess.run(["docker", "rm", "-f", self._name], capture_output=True)


def any_broker() -> Broker | DockerBroker:
    """Return a running broker by whatever way there is here.

    Raises:
        Unavailable: naming what is missing for each way.
    """
    missing: list[str] = []
    for kind in (Broker, DockerBroker):
        try:
            return kind().start()
        except Unavailable as error:
            missing.append(str(error))
    raise Unavailable("; ".join(missing))


def main(arguments: list[str]) -> int:
    """Carry out one of the commands above."""
    if arguments == ["libs"]:
        print(libs())
        return 0
    if arguments == ["run"]:
        broker = any_broker()
        try:
            print(broker.bootstrap, flush=True)
            signal.pause()
        except KeyboardInterrupt:
            return 0
        finally:
            broker.close()
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
