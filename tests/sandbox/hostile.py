"""What somebody does who has taken over an extraction process. Each attempt returns what it got, or raises."""

import ctypes
import errno
import mmap
import os
import resource
import signal
import socket
import stat
import struct
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

SOCKET = int(sys.argv[1]) if sys.argv[1:2] and sys.argv[1].isdecimal() else -1
X86 = os.uname().machine == "x86_64"
LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What there is to reach, by the names that the attempts give it."""

    service: int  # process id
    config: str
    key: str
    folder: str  # everybody may write in it
    port: int  # somebody listens here


def call(x86: int, generic: int, *arguments: object) -> int:
    """Make a system call without any library in between."""
    result = int(LIBC.syscall(x86 if X86 else generic, *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def _ended(child: int) -> str:
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return "a process was started"


def fork(aim: Aim) -> str:
    return _ended(os.fork())


def raw_fork(aim: Aim) -> str:
    return _ended(call(56, 220, signal.SIGCHLD, 0, 0, 0, 0))  # clone


def raw_vfork(aim: Aim) -> str:
    return _ended(call(58, -1, 0) if X86 else call(56, 220, signal.SIGCHLD, 0, 0, 0, 0))


def clone3(aim: Aim) -> str:
    arguments = struct.pack("=11Q", 0, 0, 0, 0, signal.SIGCHLD, 0, 0, 0, 0, 0, 0)
    return _ended(call(435, 435, arguments, len(arguments)))


def spawn(aim: Aim) -> str:
    return f"started {os.posix_spawn('/bin/true', ['true'], {})}"


def thread(aim: Aim) -> str:
    threading.Thread(target=print).start()
    return "a thread was started"


def execute(aim: Aim) -> str:
    os.execv("/bin/true", ["true"])


def connect(aim: Aim) -> str:
    with socket.create_connection(("127.0.0.1", aim.port), timeout=1):
        return "connected"


def unix_socket(aim: Aim) -> str:
    with socket.socket(socket.AF_UNIX) as made:
        return f"a socket {made.fileno()}"


def socket_pair(aim: Aim) -> str:
    return f"{socket.socketpair()}"


def send_descriptor(aim: Aim) -> str:
    return f"{call(46, 211, SOCKET, 0, 0)}"  # sendmsg, which would send a message that is nowhere


def by_another_number(aim: Aim) -> str:
    """Ask for a process by the number that x32 gives it."""
    return _ended(call(0x40000000 + 57, 220, signal.SIGCHLD, 0, 0, 0, 0))


def create(aim: Aim) -> str:
    Path(aim.folder, "made").write_text("by a stranger")
    return "made"


def create_in_kernel(aim: Aim) -> str:
    return f"{call(319, 279, b'x', 0)}"  # memfd_create


def change(aim: Aim) -> str:
    with open(aim.config, "a") as config:
        config.write("by a stranger")
    return "changed"


def open2(aim: Aim) -> str:
    how = struct.pack("=3Q", os.O_RDONLY, 0, 0)
    return f"{call(437, 437, -100, aim.config.encode(), how, len(how))}"


def path_only(aim: Aim) -> str:
    return f"{os.open(aim.folder, os.O_PATH)}"


def truncate(aim: Aim) -> str:
    os.truncate(aim.config, 0)
    return "emptied"


def delete(aim: Aim) -> str:
    os.unlink(aim.config)
    return "deleted"


def rename(aim: Aim) -> str:
    os.rename(aim.config, aim.config + "2")
    return "renamed"


def link(aim: Aim) -> str:
    os.link(aim.config, aim.folder + "/link")
    return "linked"


def symlink(aim: Aim) -> str:
    os.symlink(aim.config, aim.folder + "/symlink")
    return "linked"


def make_folder(aim: Aim) -> str:
    os.mkdir(aim.folder + "/made")
    return "made"


def make_node(aim: Aim) -> str:
    os.mkfifo(aim.folder + "/fifo")
    return "made"


def permit(aim: Aim) -> str:
    os.chmod(aim.key, 0o777)
    return "changed"


def give_away(aim: Aim) -> str:
    os.chown(aim.key, os.getuid(), os.getgid())
    return "changed"


def touch(aim: Aim) -> str:
    os.utime(aim.config)
    return "changed"


def attribute(aim: Aim) -> str:
    os.setxattr(aim.config, "user.x", b"y")
    return "changed"


def read_config(aim: Aim) -> str:
    return Path(aim.config).read_text()


def read_key(aim: Aim) -> str:
    return Path(aim.key).read_text()


def look_at_key(aim: Aim) -> str:
    return str(os.stat(aim.key))


def list_folder(aim: Aim) -> str:
    return str(os.listdir(aim.folder))


def read_environment_of_service(aim: Aim) -> str:
    return Path(f"/proc/{aim.service}/environ").read_text()


def read_memory_of_service(aim: Aim) -> str:
    return str(os.open(f"/proc/{aim.service}/mem", os.O_RDWR))


def read_maps_of_service(aim: Aim) -> str:
    return Path(f"/proc/{aim.service}/maps").read_text()


def read_command_of_service(aim: Aim) -> str:
    return Path(f"/proc/{aim.service}/cmdline").read_text()


def read_link_of_service(aim: Aim) -> str:
    return os.readlink(f"/proc/{aim.service}/exe")


def read_own_environment(aim: Aim) -> str:
    return Path("/proc/self/environ").read_text()


def import_more(aim: Aim) -> str:
    import wave

    return str(wave)


def signal_service(aim: Aim) -> str:
    os.kill(aim.service, 0)
    return "reached"


def signal_everybody(aim: Aim) -> str:
    os.kill(-1, 0)
    return "reached"


def signal_thread_of_service(aim: Aim) -> str:
    return f"{call(200, 130, aim.service, 0)}"  # tkill


def queue_signal(aim: Aim) -> str:
    return f"{call(129, 138, aim.service, 0, bytes(128))}"  # rt_sigqueueinfo


def pidfd(aim: Aim) -> str:
    return f"{os.pidfd_open(aim.service)}"


def trace(aim: Aim) -> str:
    return f"{call(101, 117, 16, aim.service, 0, 0)}"  # PTRACE_ATTACH


def read_memory(aim: Aim) -> str:
    return f"{call(310, 270, aim.service, 0, 0, 0, 0, 0)}"  # process_vm_readv


def write_memory(aim: Aim) -> str:
    return f"{call(311, 271, aim.service, 0, 0, 0, 0, 0)}"


def kernel_program(aim: Aim) -> str:
    return f"{call(321, 280, 0, bytes(128), 128)}"  # bpf


def ring(aim: Aim) -> str:
    return f"{call(425, 425, 8, bytes(248))}"  # io_uring_setup


def measure(aim: Aim) -> str:
    return f"{call(298, 241, bytes(128), 0, -1, -1, 0)}"  # perf_event_open


def keys(aim: Aim) -> str:
    return f"{call(250, 219, 0, -3, 1)}"  # keyctl


def mount(aim: Aim) -> str:
    return f"{call(165, 40, b'none', aim.folder.encode(), b'tmpfs', 0, 0)}"


def new_namespace(aim: Aim) -> str:
    return f"{call(272, 97, 0x10000000)}"  # unshare, CLONE_NEWUSER


def run_what_was_written(aim: Aim) -> str:
    return str(mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC))


def make_runnable(aim: Aim) -> str:
    page = mmap.mmap(-1, 4096)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return f"{call(10, 226, ctypes.c_void_p(address), 4096, 5)}"  # mprotect


def outlive_service(aim: Aim) -> str:
    return f"{call(157, 167, 1, 0, 0, 0, 0)}"  # prctl, PR_SET_PDEATHSIG


def raise_limit(aim: Aim) -> str:
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    return "raised"


def raise_limit_of_service(aim: Aim) -> str:
    return str(resource.prlimit(aim.service, resource.RLIMIT_NOFILE))


def become_root(aim: Aim) -> str:
    os.setresuid(0, 0, 0)
    return "root"


def leave_session(aim: Aim) -> str:
    os.setsid()
    return "left"


def leave_group(aim: Aim) -> str:
    os.setpgid(0, 0)
    return "left"


def duplicate(aim: Aim) -> str:
    return f"{os.dup(0)}"


def pipe(aim: Aim) -> str:
    return f"{os.pipe()}"


def priority(aim: Aim) -> str:
    os.setpriority(os.PRIO_PROCESS, aim.service, 19)
    return "slowed"


REFUSED: tuple[Callable[[Aim], str], ...] = (
    fork, raw_fork, raw_vfork, clone3, spawn, thread, connect, unix_socket, socket_pair, send_descriptor,
    create, create_in_kernel, change, open2, path_only, truncate, delete, rename, link, symlink, make_folder, make_node,
    permit, give_away, touch, attribute, read_config, read_key, look_at_key, list_folder, read_environment_of_service,
    read_memory_of_service, read_maps_of_service, read_command_of_service, read_link_of_service, read_own_environment,
    import_more, signal_service, signal_everybody, signal_thread_of_service, queue_signal, pidfd, run_what_was_written,
    make_runnable, outlive_service, raise_limit, raise_limit_of_service, become_root, leave_session, duplicate, pipe,
    priority,
)  # fmt: skip
"""What fails, and the process goes on."""

ENDED: tuple[Callable[[Aim], str], ...] = (
    execute, trace, read_memory, write_memory, kernel_program, ring, measure, keys, mount, new_namespace,
    *((by_another_number,) if X86 else ()),
)  # fmt: skip
"""What the kernel ends the process for."""


def descriptors() -> list[tuple[int, str]]:
    """Return what is open."""
    found = []
    for number in range(1024):
        told = ctypes.create_string_buffer(256)
        try:
            call(5, 80, number, told)  # fstat
        except OSError as error:
            if error.errno != errno.EBADF:
                raise
            continue
        (mode,) = struct.unpack_from("=I", told, 24 if X86 else 16)
        found.append((number, "socket" if stat.S_ISSOCK(mode) else "device" if stat.S_ISCHR(mode) else "other"))
    return found


def environment() -> dict[str, str]:
    return dict(os.environ)


def write_to_log() -> None:
    os.write(1, b"said by a stranger\n")
    os.write(2, b"said by a stranger\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A result of a function that may be told in bytes of any kind."""

    text: str
    number: int = 0
    inner: "Told | None" = None
    many: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kid:
    """A record that nothing need be said of."""

    name: str = ""
    age: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    text: str
    kids: tuple[Kid, ...] = ()


def parent() -> Parent:
    return Parent(text="real")


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(SOCKET, data) :]


def framed(frame: bytes) -> Told:
    """Send `frame` in place of an answer."""
    _write(len(frame).to_bytes(8) + frame)
    time.sleep(60)
    raise AssertionError


def raw(data: bytes) -> Told:
    """Send bytes that are no frame."""
    _write(data)
    time.sleep(60)
    raise AssertionError


def forged(number: int, payload: bytes) -> Told:
    """Send an answer to the task `number` with this payload, as the service expects it but for the payload."""
    return framed(msgspec.msgpack.encode([number, "value", 0, msgspec.Raw(payload), ""]))


def said_twice(frame: bytes) -> Told:
    """Send an answer to the next task before it is asked for."""
    _write(len(frame).to_bytes(8) + frame)
    return Told(text="real")


def honest() -> Told:
    return Told(text="real", inner=Told(text="inner"))
