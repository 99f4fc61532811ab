"""Which article does a command's page hold? One that sends its readers on at once is followed, once."""

import typer

from cleanwire import terminal
from cleanwire.article.article import Article, Refusal
from cleanwire.article.page import Page
from cleanwire.cleaner.attempts import user_rules
from cleanwire.cli.pages import source
from cleanwire.settings import Settings


def article(read: Page, name: str, settings: Settings) -> tuple[Page, Article]:
    """Return the page that the article is on and the article; `name` is what the command was given.

    A file says where its readers should go, but was not asked for over the network, so nothing else is.

    Raises:
        typer.Exit: code 1, there is no article; standard error says why.
    """
    read, result = _followed(read, settings) if source.is_address(name) else (read, _cleaned(read, settings))
    if not isinstance(result, Article):
        problem = f"{result.reason}: {result.detail}" if isinstance(result, Refusal) else result
        terminal.say(f"cleanwire: {name}: {problem}", err=True)
        raise typer.Exit(1)
    return read, result


def _followed(read: Page, settings: Settings) -> tuple[Page, Article | Refusal | str]:
    import asyncio  # as in `source`

    from cleanwire.fetch import page

    async def reader(page: Page) -> Article | Refusal:
        return _cleaned(page, settings)

    return asyncio.run(page.read(read, reader, settings.fetch))


def _cleaned(read: Page, settings: Settings) -> Article | Refusal:
    from cleanwire.article import clean  # half a second to load

    site_rules = user_rules.of_page(user_rules.load(settings.clean.rules), read.url)
    return clean.clean(read, min_words=settings.clean.min_words, site_rules=site_rules)
