"""What the command line and the ops page ask of a partition's owner, as `news.commands` carries it."""

from enum import StrEnum

from cleanwire.records.base import Record


class Action(StrEnum):
    POLL_NOW = "poll_now"  # target: feed id
    PAUSE = "pause"
    RESUME = "resume"
    RETRY = "retry"  # target: article id; a rejected article is tried again
    RESET_SITE = "reset_site"  # target: site; forget what was learned


class Command(Record, frozen=True, kw_only=True):
    """One request. Commands are carried out in order by the owner of `site`'s partition, at least once asked."""

    id: str
    action: Action
    site: str
    target: str
    asked_at: float
