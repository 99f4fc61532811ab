"""What is a WebSub hub answered when it calls? W3C WebSub §5.2, §5.3 and §7.

The body of a push is checked, not believed: it only makes the feed's owner poll (docs/decisions/0007).
"""

import asyncio
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from cleanwire.errors import BrokerUnavailable
from cleanwire.feed.websub.callback import CallbackKeys
from cleanwire.ops.courier import Courier
from cleanwire.ops.directory import Directory
from cleanwire.records.command import HubEvent
from cleanwire.records.websub import HubState, Subscription
from cleanwire.telemetry.catalogue import HubQuestion, Push
from cleanwire.telemetry.events import Telemetry

BODY_LIMIT_S = 30.0
LAG_LIMIT_S = 3.0
"""How long a hub that verifies is kept waiting for this replica to read of the subscription."""
MAX_CHALLENGE = 4096
MAX_LEASE_DIGITS = 10
_WANTED = frozenset({HubState.WANTED, HubState.ACTIVE, HubState.REFUSED})
_HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff", "content-security-policy": "sandbox"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallContext:
    """What a call is judged with, and who is told."""

    keys: CallbackKeys
    directory: Directory
    courier: Courier
    telemetry: Telemetry
    limit_bytes: int


def application(desk: CallContext) -> Starlette:
    """Return the web application. Before the address's last two parts anything may stand that a proxy leaves there."""

    async def verify(request: Request) -> Response:
        outcome, response = await _verified(desk, request)
        desk.telemetry.hub_questioned(question=outcome)
        return response

    async def push(request: Request) -> Response:
        outcome, response = await _pushed(desk, request)
        desk.telemetry.push_received(push=outcome)
        return response

    path = "/{prefix:path}/{subscription}/{token}"
    return Starlette(
        routes=[
            Route(shape, handler, methods=[method])
            for shape in (path, path.replace("/{prefix:path}", ""))
            for handler, method in ((verify, "GET"), (push, "POST"))
        ]
    )


async def _verified(desk: CallContext, request: Request) -> tuple[HubQuestion, Response]:
    subscription = _subscription(desk, request)
    if subscription is None:
        return HubQuestion.UNKNOWN, _answer(404)
    if not desk.directory.loaded:
        return HubQuestion.UNAVAILABLE, _answer(503)
    asked = request.query_params
    await desk.directory.until(lambda: _event(desk.directory.get(subscription), asked) is not None, LAG_LIMIT_S)
    sub = desk.directory.get(subscription)
    event = _event(sub, asked)
    challenge = asked.get("hub.challenge", "")
    if sub is None or event is None or (event is not HubEvent.DENIED and not 0 < len(challenge) <= MAX_CHALLENGE):
        return HubQuestion.UNKNOWN, _answer(404)
    try:
        await desk.courier.bring(sub, event, lease_s=_lease_s(asked) if event is HubEvent.VERIFIED else None)
    except BrokerUnavailable:
        return HubQuestion.UNAVAILABLE, _answer(503)
    if event is HubEvent.DENIED:
        return HubQuestion.DENIED, _answer(200)
    return HubQuestion.CONFIRMED, _answer(200, challenge)


def _event(sub: Subscription | None, asked: QueryParams) -> HubEvent | None:
    """Return what the hub says; None if it is nothing that we have asked for."""
    if sub is None or asked.get("hub.topic") != sub.topic:
        return None
    match asked.get("hub.mode"):
        case "subscribe" if sub.state in _WANTED:
            return HubEvent.VERIFIED
        case "unsubscribe" if sub.state is HubState.LEAVING:
            return HubEvent.ENDED
        case "denied" if sub.state in _WANTED:
            return HubEvent.DENIED
    return None


async def _pushed(desk: CallContext, request: Request) -> tuple[Push, Response]:
    subscription = _subscription(desk, request)
    if subscription is None:
        return Push.UNKNOWN, _answer(404)
    if not desk.directory.loaded:
        return Push.UNAVAILABLE, _answer(503)
    sub = desk.directory.get(subscription)
    if sub is None or sub.state not in _WANTED:
        return Push.UNKNOWN, _answer(404)
    outcome = await _checked(desk, sub, request)
    if outcome is Push.ACCEPTED:
        try:
            await desk.courier.bring(sub, HubEvent.PUSHED)
        except BrokerUnavailable:
            outcome = Push.UNAVAILABLE
    # A wrong signature is ignored with a 2xx, §7.1: whoever guesses learns nothing.
    statuses = {Push.TOO_LARGE: 413, Push.INCOMPLETE: 408, Push.UNAVAILABLE: 503}
    return outcome, _answer(statuses.get(outcome, 202))


async def _checked(desk: CallContext, sub: Subscription, request: Request) -> Push:
    """Read the body, of which nothing is kept, and compare it with its signature."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and len(announced) < 20 and int(announced) > desk.limit_bytes:
        return Push.TOO_LARGE
    signature = desk.keys.signature(sub.id, request.headers.get("x-hub-signature"))
    length = 0
    try:
        async with asyncio.timeout(BODY_LIMIT_S):
            async for chunk in request.stream():
                length += len(chunk)
                if length > desk.limit_bytes:
                    return Push.TOO_LARGE
                if signature is not None:
                    signature.feed(chunk)
    except (TimeoutError, ClientDisconnect):
        return Push.INCOMPLETE
    return Push.ACCEPTED if signature is not None and signature.matches() else Push.BAD_SIGNATURE


def _subscription(desk: CallContext, request: Request) -> str | None:
    """Return the id of the subscription that was called; None if the address is none of ours."""
    subscription, token = request.path_params["subscription"], request.path_params["token"]
    return subscription if desk.keys.owns(subscription, token) else None


def _lease_s(asked: QueryParams) -> float | None:
    text = asked.get("hub.lease_seconds", "")
    return float(text) if text.isdecimal() and text.isascii() and len(text) <= MAX_LEASE_DIGITS and int(text) else None


def _answer(status: int, text: str = "") -> Response:
    return Response(text, status_code=status, media_type="text/plain", headers=_HEADERS)
