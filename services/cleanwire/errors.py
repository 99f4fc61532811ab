"""What can go wrong that the caller could not expect; each class says what the caller should do.

Everyday outcomes are values, not exceptions: a page that is no article is a `Rejected`, a host that does
not answer is a `FetchFailed`.
"""


class CleanwireError(Exception):
    """Base of every error we raise."""


class ConfigError(CleanwireError):
    """A setting is wrong: tell the operator and stop with exit code 2. The message names the key."""


class InputError(CleanwireError):
    """What a user handed in cannot be read: tell them. The message names the file and, if any, the line."""


class OwnershipLost(CleanwireError):
    """Another instance took over our partition, or it was revoked: drop its state, write nothing more."""


class BrokerUnavailable(CleanwireError):
    """The broker does not answer: back off and try the same again."""


class RegistryUnavailable(CleanwireError):
    """The schema registry gives no id for a schema: tell the operator. The message names subject and answer."""


class StateDamaged(CleanwireError):
    """A topic does not hold what it must (offsets below the log start, wrong partition count): a human must act."""
