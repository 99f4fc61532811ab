"""How do programs read what Cleanwire publishes, and make records or rows of it? docs/consuming.md.

`documents` and `iter_documents` yield documents at least once; `process` turns them into records of Kafka exactly once,
and `store` puts them into another store exactly once.
"""

from cleanwire.client.filtering import Filter
from cleanwire.client.in_asyncio import documents
from cleanwire.client.results import Result, process
from cleanwire.client.storing import Batch, DocumentStore, Moved, store
from cleanwire.client.threaded import iter_documents

__all__ = ["Batch", "DocumentStore", "Filter", "Moved", "Result", "documents", "iter_documents", "process", "store"]
