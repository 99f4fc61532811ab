"""How do programs read what Cleanwire publishes, and make records of it? docs/consuming.md.

`documents` and `iter_documents` yield documents at least once; `process` turns them into records exactly once.
"""

from cleanwire.client.filtering import Filter
from cleanwire.client.in_asyncio import documents
from cleanwire.client.results import Result, process
from cleanwire.client.threaded import iter_documents

__all__ = ["Filter", "Result", "documents", "iter_documents", "process"]
