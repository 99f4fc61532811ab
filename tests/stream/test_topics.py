"""How topics are laid out."""

from cleanwire.settings import KafkaSettings
from cleanwire.stream import topics

SETTINGS = KafkaSettings(bootstrap="127.0.0.1:1", topic_prefix="news.", partitions=7, replication_factor=3)


def test_all_topics_have_the_prefix_the_partitions_and_the_replicas_of_the_settings() -> None:
    specs = topics.layout(SETTINGS)
    assert {spec.name for spec in specs} == {
        "news.feeds",
        "news.feed-state",
        "news.entries",
        "news.article-state",
        "news.documents",
        "news.rejected",
        "news.site-state",
        "news.commands",
        "news.websub",
    }
    assert {(spec.partitions, spec.replication_factor) for spec in specs} == {(7, 3)}


def test_tables_are_compacted_and_queues_are_deleted() -> None:
    policies = {spec.name: spec.config["cleanup.policy"] for spec in topics.layout(SETTINGS)}
    tables = {name for name, policy in policies.items() if policy == "compact"}
    assert tables == {"news.feeds", "news.feed-state", "news.article-state", "news.site-state", "news.websub"}
    assert set(policies.values()) == {"compact", "delete"}
