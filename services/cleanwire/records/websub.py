"""What is remembered of a subscription at a WebSub hub, as `news.websub` holds it. Times: epoch seconds, UTC."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from cleanwire.records.base import Count, Record, Time


class HubState(StrEnum):
    """How things stand with a hub. Also a metric label, so the set stays small."""

    WANTED = "wanted"  # to be asked for, or asked for and not verified yet
    ACTIVE = "active"  # verified
    REFUSED = "refused"  # the hub said no; it is asked again after a day
    LEAVING = "leaving"  # the hub is told that we want no more
    RESTING = "resting"  # nothing at the hub: the feed is paused or gone


class Subscription(Record, frozen=True, kw_only=True):
    """One feed at one hub. A feed whose hub or topic changes gets a new one; the old one is `retired`."""

    id: str
    feed_id: str
    site: str  # the feed's: it says which partition this belongs to
    hub: str
    topic: str
    state: HubState
    due_at: Time  # when the hub is asked next
    key: str  # fingerprint of the callback address and secret the hub was given
    retired: bool = False
    attempts: Count = 0  # requests in a row that no verification has followed
    asked_at: Time | None = None
    verified_at: Time | None = None  # begin of the time without a gap for which the hub has us on its list
    lease_until: Time | None = None
    pushed_at: Time | None = None
    announced: bool = False  # a push came that no poll has answered yet
    # pushes in a row that brought entries; -1 after entries that no push had announced
    credit: Annotated[int, Meta(ge=-1, le=1000)] = 0
