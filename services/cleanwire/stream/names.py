"""What are groups and transactions called, so that two installations on one cluster never meet?"""


def group(installation: str, stage: str) -> str:
    """Return the consumer group of one stage."""
    return f"{installation}-{stage}"


def transactional_id(installation: str, stage: str, partition: int) -> str:
    """Return the id that the owner of a partition, whoever it is, produces under.

    One id for each partition, not for each process: the broker then fences the former owner when the next one
    starts. aiokafka sends no member id and no generation with transactional offsets (KIP-447), so nothing else would.
    """
    return f"{installation}-{stage}-{partition}"
