"""Which names in a robots.txt stand for gathering content for AI, and which of them may not fetch a page?

A name here is the product token of a crawler, or of a use (`Google-Extended`), that its operator documents as serving
the training or the answers of AI models. What is found is recorded as a fact about the site; nothing is decided by it.
"""

from cleanwire.crawl.robots import Robots

AGENTS = (
    "Amazonbot", "Applebot-Extended", "Bytespider", "CCBot", "ChatGPT-User", "Claude-SearchBot", "Claude-User",
    "ClaudeBot", "Diffbot", "FacebookBot", "GPTBot", "Google-CloudVertexBot", "Google-Extended", "ImagesiftBot",
    "Meta-ExternalAgent", "MistralAI-User", "OAI-SearchBot", "PanguBot", "Perplexity-User", "PerplexityBot", "Timpibot",
    "YouBot", "anthropic-ai", "cohere-ai", "cohere-training-data-crawler", "omgili",
)  # fmt: skip


def disallowed(rules: Robots, url: str) -> tuple[str, ...]:
    """Return the AI agents that `rules` name and keep from `url`. What is said to everybody says nothing about AI."""
    return tuple(agent for agent in AGENTS if rules.named(agent) and not rules.allowed(agent, url))
