"""What is asked of a partition's owner, or told it, as `news.commands` carries it."""

from enum import StrEnum

from cleanwire.records.base import Record, Seconds, Time


class Action(StrEnum):
    POLL_NOW = "poll_now"  # target: feed id
    PAUSE = "pause"
    RESUME = "resume"
    RETRY = "retry"  # target: article id; a rejected article is tried again
    RESET_SITE = "reset_site"  # target: site; forget what was learned
    HUB = "hub"  # target: feed id; what its WebSub hub said is in `call`


class HubEvent(StrEnum):
    """What a hub may say to a subscriber, W3C WebSub §5.3, §5.2 and §7."""

    VERIFIED = "verified"  # it has asked whether we want the subscription, and we do
    ENDED = "ended"  # it has asked whether we want it no more, and we do not
    DENIED = "denied"
    PUSHED = "pushed"  # the feed has news, with a signature that is right


class HubCall(Record, frozen=True, kw_only=True):
    """One call of a hub, by any replica passed on to the feed's owner once it was found genuine."""

    event: HubEvent
    subscription: str  # id
    lease_s: Seconds | None = None


class Command(Record, frozen=True, kw_only=True):
    """One request. Commands are carried out in order by the owner of `site`'s partition, at least once asked."""

    id: str
    action: Action
    site: str
    target: str
    asked_at: Time
    call: HubCall | None = None
