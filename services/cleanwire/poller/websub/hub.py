"""How is a WebSub hub asked to subscribe us, or to end that? W3C WebSub §5.1."""

import time
from dataclasses import dataclass

from cleanwire.crawl import headers
from cleanwire.feed.websub.callback import CallbackKeys
from cleanwire.fetch.client import Fetcher
from cleanwire.fetch.outcome import FetchFailed
from cleanwire.records.websub import HubState, Subscription
from cleanwire.settings import WebSubSettings
from cleanwire.telemetry.catalogue import HubReply

_LIMIT_BYTES = 64 * 1024  # the reply's body says nothing to us


@dataclass(frozen=True, slots=True, kw_only=True)
class HubAsked:
    """What a request to a hub came to. `status` is None without a reply that we take; `detail` is for people."""

    mode: str
    reply: HubReply
    status: int | None = None
    unreached: bool = False  # there was not even a reply that we refuse
    took_s: float = 0.0
    retry_after_s: float | None = None
    detail: str | None = None


class Hubs:
    """Asks hubs with the process's fetcher, whose guard keeps a feed from making us call an address inside."""

    def __init__(self, fetcher: Fetcher, keys: CallbackKeys, settings: WebSubSettings) -> None:
        self._fetcher = fetcher
        self.keys = keys
        self.settings = settings

    async def ask(self, sub: Subscription) -> HubAsked:
        """Ask the hub of `sub` for what its state wants. That it accepts means little: it is to call us back."""
        mode = mode_of(sub)
        form = {"hub.mode": mode, "hub.topic": sub.topic, "hub.callback": self.keys.address(sub.id)}
        if mode == "subscribe":
            form |= {"hub.secret": self.keys.signing_secret(sub.id), "hub.lease_seconds": str(self.settings.lease_s)}
        reply = await self._fetcher.post(sub.hub, form, limit_bytes=_LIMIT_BYTES)
        if isinstance(reply, FetchFailed):
            detail = f"{reply.reason}: {reply.detail}"
            return HubAsked(
                mode=mode, reply=HubReply.FAILED, unreached=reply.unreached, took_s=reply.took_s, detail=detail
            )
        return HubAsked(
            mode=mode,
            reply=_verdict(reply.status),
            status=reply.status,
            took_s=reply.took_s,
            retry_after_s=headers.retry_after_s(reply.headers, now=time.time()),
            detail=None if reply.status < 300 else f"HTTP {reply.status}",
        )


def mode_of(sub: Subscription) -> str:
    """Return the `hub.mode` that `sub` wants."""
    return "unsubscribe" if sub.state is HubState.LEAVING else "subscribe"


def _verdict(status: int) -> HubReply:
    if 200 <= status < 300:
        return HubReply.ACCEPTED
    return HubReply.REFUSED if 400 <= status < 500 else HubReply.FAILED
