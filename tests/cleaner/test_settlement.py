"""What outcomes turn an article into."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.articles import NOW, URL, cleaned, done, entry, page, pending, published
from cleanwire.cleaner import retry
from cleanwire.cleaner.outcomes import settlement
from cleanwire.cleaner.outcomes.attempt_outcome import Deferred, Elsewhere, Failed
from cleanwire.cleaner.outcomes.settlement import Again, HandedOn, Joined, Later, Published, RejectedNow, Unchanged
from cleanwire.records.article_state import ArticleStatus, DueReason
from cleanwire.records.document import ChangeKind
from cleanwire.records.rejected import Rejection
from cleanwire.settings import CleanSettings
from cleanwire.telemetry.catalogue import Deferral
from cleanwire.urls import identity

SETTINGS = CleanSettings(max_attempts=4, retry_base_s=60, retry_max_s=200)
TIMEOUT = Failed(reason=Rejection.NETWORK, detail="timeout")


def test_a_first_publication_is_revision_one_and_leaves_nothing_due() -> None:
    settled = settlement.cleaned(pending(attempts=2), entry(), cleaned(), twin=None, now=NOW + 5)
    assert isinstance(settled, Published)
    document, state = settled.document, settled.state
    assert (document.id, document.revision, document.change.kind) == (pending().id, 1, ChangeKind.NEW)
    assert (state.status, state.revision, state.due_at, state.attempts) == (ArticleStatus.DONE, 1, None, 0)
    assert state.body_hash == document.body_hash
    assert document.emitted_at.timestamp() == NOW + 5
    assert document.seen_at.timestamp() == NOW


@pytest.mark.parametrize(
    ("again", "kind"),
    [
        pytest.param(page(text="Later:"), ChangeKind.BODY, id="other-text"),
        pytest.param(page("A bridge opens at last"), ChangeKind.TITLE, id="other-title"),
    ],
)
def test_a_changed_page_is_the_next_revision(again: object, kind: ChangeKind) -> None:
    before = done(pending(), cleaned())
    settled = settlement.cleaned(before, entry(), cleaned(again), twin=None, now=NOW)  # type: ignore[arg-type]
    assert isinstance(settled, Published)
    assert settled.document.revision == 2
    assert settled.document.change.kind is kind
    assert settled.document.change.previous_hash == before.body_hash


def test_the_same_text_is_no_revision() -> None:
    before = done(pending(), cleaned())
    settled = settlement.cleaned(before, entry(), cleaned(), twin=None, now=NOW)
    assert isinstance(settled, Unchanged)
    assert settled.state.revision == 1
    assert settled.state.status is ArticleStatus.DONE


def test_a_text_that_flaps_for_ever_is_left_alone() -> None:
    before = published(revision=settlement.MAX_REVISIONS)
    assert isinstance(settlement.cleaned(before, entry(), cleaned(), twin=None, now=NOW), Unchanged)


def test_a_page_published_under_another_address_joins_it() -> None:
    other = "https://news.example/2026/bridge"
    twin = done(pending(other), cleaned())
    settled = settlement.cleaned(pending(), entry(), cleaned(), twin=twin, now=NOW)
    assert isinstance(settled, Joined)
    assert (settled.state.status, settled.state.canonical_url) == (ArticleStatus.MOVED, other)


def test_a_wrong_canonical_link_swallows_no_other_article() -> None:
    twin = done(pending("https://news.example/"), cleaned(page("The front page")))
    settled = settlement.cleaned(pending(), entry(), cleaned(), twin=twin, now=NOW)
    assert isinstance(settled, Published)


def test_what_is_published_already_never_becomes_a_twin() -> None:
    twin = done(pending("https://news.example/other"), cleaned())
    settled = settlement.cleaned(published(), entry(), cleaned(), twin=twin, now=NOW)
    assert isinstance(settled, Published)


@pytest.mark.parametrize(
    ("reason", "http_status", "tries"),
    [
        pytest.param(Rejection.NETWORK, None, 4, id="network"),
        pytest.param(Rejection.HTTP_SERVER_ERROR, 500, 4, id="500"),
        pytest.param(Rejection.BAD_RESPONSE, None, 4, id="broken-http"),
        pytest.param(Rejection.HTTP_CLIENT_ERROR, 404, 3, id="404-feeds-are-ahead"),
        pytest.param(Rejection.HTTP_CLIENT_ERROR, 410, 1, id="410"),
        pytest.param(Rejection.HTTP_CLIENT_ERROR, 403, 1, id="403"),
        pytest.param(Rejection.TOO_SHORT, 200, 2, id="too-short"),
        pytest.param(Rejection.NOT_AN_ARTICLE, 200, 2, id="no-article"),
        pytest.param(Rejection.EXTRACTION_CRASHED, 200, 2, id="crashed"),
        pytest.param(Rejection.EXTRACTION_TIMEOUT, 200, 2, id="too-slow"),
        pytest.param(Rejection.INTERNAL_ERROR, None, 2, id="our-fault"),
        pytest.param(Rejection.PAGE_TOO_LARGE, None, 1, id="too-large"),
        pytest.param(Rejection.PAGE_TOO_COMPLEX, 200, 1, id="too-complex"),
        pytest.param(Rejection.ROBOTS_DISALLOWED, None, 1, id="robots"),
        pytest.param(Rejection.BLOCKED_ADDRESS, None, 1, id="blocked"),
        pytest.param(Rejection.REDIRECTS, None, 1, id="circle"),
    ],
)
def test_tries(reason: Rejection, http_status: int | None, tries: int) -> None:
    state, made = pending(), 0
    while True:
        made += 1
        outcome = Failed(reason=reason, detail="why", http_status=http_status)
        settled = settlement.failed(state, entry(), outcome, SETTINGS, now=NOW)
        if isinstance(settled, RejectedNow):
            break
        assert isinstance(settled, Again)
        assert settled.state.due_reason is DueReason.RETRY
        state = settled.state
    assert made == tries
    assert settled.rejected.attempts == tries
    assert settled.rejected.reason is reason
    assert settled.rejected.http_status == http_status
    assert settled.state.status is ArticleStatus.REJECTED
    assert settled.state.entry is not None  # a retry by command needs it


@given(attempts=st.integers(1, 10_000))
def test_waits_grow_to_a_bound(attempts: int) -> None:
    wait = retry.wait_s(attempts, SETTINGS)
    assert SETTINGS.retry_base_s <= wait <= SETTINGS.retry_max_s
    assert wait <= retry.wait_s(attempts + 1, SETTINGS)


@given(reason=st.sampled_from(Rejection), status=st.none() | st.integers(100, 599), most=st.integers(1, 20))
def test_nothing_is_tried_more_often_than_the_settings_allow(reason: Rejection, status: int | None, most: int) -> None:
    assert 1 <= retry.attempts_allowed(reason, status, CleanSettings(max_attempts=most)) <= most


def test_a_failed_look_for_a_revision_leaves_what_is_published() -> None:
    forbidden = Failed(reason=Rejection.HTTP_CLIENT_ERROR, detail="HTTP 403", http_status=403)
    settled = settlement.failed(published(), entry(), forbidden, SETTINGS, now=NOW)
    assert isinstance(settled, Unchanged)
    assert (settled.state.status, settled.state.revision) == (ArticleStatus.DONE, 1)


def test_a_refused_revision_leaves_what_is_published() -> None:
    settled = settlement.reject(published(), entry(), Rejection.RECORD_TOO_LARGE, attempts=1, now=NOW, detail="refused")
    assert isinstance(settled, Unchanged)
    assert settled.state.status is ArticleStatus.DONE


def later(wait_s: float = 30.0) -> Deferred:
    return Deferred(reason=Deferral.ROBOTS_UNAVAILABLE, wait_s=wait_s, unless_stale=TIMEOUT)


def test_a_deferral_is_no_attempt_and_changes_nothing() -> None:
    state = pending(attempts=1)
    settled = settlement.deferred(state, entry(), later(), since=NOW, now=NOW + 10)
    assert isinstance(settled, Later)
    assert settled.state is state
    assert settled.due_at == NOW + 40


def test_no_server_can_put_an_article_off_for_more_than_a_day() -> None:
    settled = settlement.deferred(pending(), entry(), later(1e9), since=NOW, now=NOW)
    assert isinstance(settled, Later)
    assert settled.due_at == NOW + retry.STALE_AFTER_S


def test_an_article_that_waited_days_for_its_turn_is_put_off_like_any_other() -> None:
    settled = settlement.deferred(pending(due_at=NOW), entry(), later(), since=NOW + 4 * 86_400, now=NOW + 4 * 86_400)
    assert isinstance(settled, Later)


def test_what_could_not_be_asked_for_during_a_day_is_rejected_and_no_attempts_are_made_up() -> None:
    settled = settlement.deferred(pending(), entry(), later(), since=NOW, now=NOW + retry.STALE_AFTER_S + 1)
    assert isinstance(settled, RejectedNow)
    assert settled.rejected.reason is Rejection.NETWORK
    assert settled.rejected.attempts == 1


def test_a_look_for_a_revision_put_off_too_long_is_dropped() -> None:
    settled = settlement.deferred(published(), entry(), later(), since=NOW, now=NOW + retry.STALE_AFTER_S + 1)
    assert isinstance(settled, Unchanged)


def test_a_page_elsewhere_is_handed_on_as_an_entry_of_its_own_site() -> None:
    target = "https://other.example/story"
    settled = settlement.elsewhere(pending(), entry(), Elsewhere(url=target, site="other.example"))
    assert isinstance(settled, HandedOn)
    found = settled.entry
    assert (found.article_id, found.site, found.url) == (identity.article_id(target), "other.example", target)
    assert (found.hops, found.title, found.feed_id) == (1, entry().title, entry().feed_id)
    assert not found.sent_on
    assert settled.state.status is ArticleStatus.MOVED
    assert settled.state.id == identity.article_id(URL)


def test_an_entry_remembers_that_a_page_sent_it_on() -> None:
    sent = Elsewhere(url="https://other.example/story", site="other.example", by_page=True)
    once = settlement.elsewhere(pending(), entry(), sent)
    assert isinstance(once, HandedOn)
    assert once.entry.sent_on
    redirected = Elsewhere(url="https://third.example/story", site="third.example")
    again = settlement.elsewhere(pending(), once.entry, redirected)
    assert isinstance(again, HandedOn)
    assert again.entry.sent_on


def test_a_published_article_stays_where_it_is() -> None:
    settled = settlement.elsewhere(published(), entry(), Elsewhere(url="https://other.example/", site="other.example"))
    assert isinstance(settled, Unchanged)
