"""How do programs read what Cleanwire publishes? With `documents`, or `iter_documents`: docs/consuming.md."""

from cleanwire.client.filtering import Filter
from cleanwire.client.in_asyncio import documents
from cleanwire.client.threaded import iter_documents

__all__ = ["Filter", "documents", "iter_documents"]
