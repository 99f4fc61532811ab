"""Which addresses does a host name have, and which of them may be used?"""

import asyncio
import socket
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

from aiohttp.abc import AbstractResolver, ResolveResult

from cleanwire.fetch.guard import AddressGuard, BlockedAddress

_KEEP_S = 60.0  # getaddrinfo tells no TTL; a minute spares most look-ups of a site's pages and follows a move soon
_KEEP_HOSTS = 10_000
_MOST_ADDRESSES = 64  # of one name; an answer may hold thousands
_THREADS = 64  # a look-up against a dead name server holds its thread for up to half a minute

Answer = tuple[str, ...] | OSError


class Resolver(Protocol):
    """Finds addresses. Tests hand in their own."""

    async def resolve(self, host: str) -> Sequence[str]:
        """Return the addresses of `host` in text form, best first.

        Raises:
            OSError: there are none, or nobody could be asked.
        """


class SystemResolver:
    """Asks the system (`getaddrinfo`), each name once at a time and at most once a minute.

    It runs on daemon threads of its own: in asyncio's executor six dead names would hold up everything else,
    and the end of the process would wait for them.
    """

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_THREADS)
        self._pending: dict[str, asyncio.Future[Answer]] = {}
        self._known: OrderedDict[str, tuple[float, tuple[str, ...]]] = OrderedDict()

    async def resolve(self, host: str) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        known = self._known.get(host)
        if known is not None and known[0] > loop.time():
            return known[1]
        if host not in self._pending:
            await self._slots.acquire()
            if host in self._pending:  # somebody else asked while we waited
                self._slots.release()
            else:
                self._start(host, loop)
        answer = await asyncio.shield(self._pending[host])
        if isinstance(answer, OSError):
            raise answer
        return answer

    def _start(self, host: str, loop: asyncio.AbstractEventLoop) -> None:
        self._pending[host] = loop.create_future()
        thread = threading.Thread(target=self._look_up, args=(host, loop), name=f"resolve-{host}", daemon=True)
        thread.start()

    def _look_up(self, host: str, loop: asyncio.AbstractEventLoop) -> None:
        answer: Answer
        try:
            infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
            answer = tuple(dict.fromkeys(str(info[4][0]) for info in infos[:_MOST_ADDRESSES]))
        except OSError as exc:
            answer = exc
        except UnicodeError as exc:  # a label of more than 63 characters fails in the IDNA codec
            answer = OSError(str(exc))
        try:
            loop.call_soon_threadsafe(self._answered, host, answer, loop)
        except RuntimeError:  # the loop is closed: nobody waits any more
            return

    def _answered(self, host: str, answer: Answer, loop: asyncio.AbstractEventLoop) -> None:
        self._slots.release()
        if not isinstance(answer, OSError):
            self._known[host] = (loop.time() + _KEEP_S, answer)
            self._known.move_to_end(host)
            if len(self._known) > _KEEP_HOSTS:
                self._known.popitem(last=False)
        self._pending.pop(host).set_result(answer)


class GuardedResolver(AbstractResolver):
    """What the connector asks: only addresses that the guard permits come out, so it connects to no other.

    Addresses are filtered, not vetoed as a whole: behind DNS64 every public name also has addresses inside.
    """

    def __init__(self, resolver: Resolver, guard: AddressGuard) -> None:
        self._resolver = resolver
        self._guard = guard

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002  the connector asks for both families
    ) -> list[ResolveResult]:
        """Return the permitted addresses of `host`.

        Raises:
            BlockedAddress: it has addresses, none of them permitted.
            OSError: it has none.
        """
        addresses = await self._resolver.resolve(host)
        permitted = [ip for ip in addresses if self._guard.permits(ip)]
        if addresses and not permitted:
            raise BlockedAddress(f"{host} has no public address")
        if not permitted:
            raise OSError(f"{host} has no address")
        return [_result(host, ip, port) for ip in permitted]

    async def close(self) -> None:
        """Nothing to close: look-ups under way end by themselves."""


def _result(host: str, ip: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=ip, port=port, family=family, proto=0, flags=flags)
