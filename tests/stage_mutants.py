"""Rules of the two stages that mutants break."""

from mutant import Edit, Mutant, one

LOOP = "tests/services/test_loop.py"
DESK = "tests/cleaner/test_desk.py"
LOOKS = "tests/cleaner/test_looks.py"
SETTLEMENT = "tests/cleaner/test_settlement.py"
INTAKE = "tests/cleaner/test_intake.py"
POLLER = "tests/poller/test_poller_desk.py"
INDEX = "tests/poller/test_index_over_http.py"
GAP = "tests/poller/test_gap_over_http.py"
SUBSCRIPTIONS = "tests/poller/test_subscriptions.py"
SECRETS = "tests/poller/test_secrets_of_subscriptions.py"
WHOSE = "tests/cleaner/test_whose_word_counts.py"
UPGRADE = "tests/upgrade/test_records_of_0_1_0.py"
AGENDA = "tests/crawl/test_agenda.py"
PACING = "tests/crawl/test_pacing_of_sites.py"

MUTANTS = (
    one(
        "stages: an outcome and its state are one unit",
        "cleaner/writing.py",
        "writes=(*writes, own)), tell=tell)",
        "writes=writes or (own,)), tell=tell)",
        f"{DESK}::test_an_outcome_and_the_state_that_belongs_to_it_are_one_unit",
        f"{DESK}::test_a_page_elsewhere_goes_to_its_owner_with_the_state_in_one_unit",
    ),
    one(
        "stages: offsets go with the state, not before it",
        "stream/loop.py",
        "            await self._partition.commit(batch.units, batch.offsets)\n",
        "            await self._partition.commit((), batch.offsets)\n"
        "            await self._partition.commit(batch.units, {})\n",
        f"{LOOP}::test_offsets_are_committed_with_what_was_taken_in_never_before",
    ),
    one(
        "stages: nothing is told before it is committed",
        "stream/loop.py",
        "        if batch:\n            await self._partition.commit",
        "        [tell() for tell in batch.tells]\n        if batch:\n            await self._partition.commit",
        f"{LOOP}::test_nothing_is_told_before_it_was_committed",
    ),
    one(
        "stages: one item cannot stop its partition",
        "stream/loop.py",
        "            return self._desk.settle(item, outcome, now, self._partition.refused)\n        except Exception",
        "            return self._desk.settle(item, outcome, now, self._partition.refused)\n        except KeyError",
        f"{LOOP}::test_one_item_that_fails_in_an_unforeseen_way_stops_nothing[unsettling]",
    ),
    one(
        "stages: what ends the reader ends the loop",
        "stream/loop.py",
        "                helper.add_done_callback(lambda _: self._wake.set())\n",
        "                pass\n",
        f"{LOOP}::test_an_error_while_reading_ends_the_loop_at_once",
    ),
    one(
        "stages: work in hand is finished after a stop",
        "stream/loop.py",
        "            await asyncio.wait(set(self._working), timeout=self._pace.wind_down_s)\n",
        "            pass\n",
        f"{LOOP}::test_after_stop_what_is_in_hand_is_finished_and_written",
    ),
    one(
        "stages: a known article is not taken in again",
        "cleaner/service.py",
        "        known = self._catalogue.get(entry.article_id)\n",
        "        known = None\n",
        f"{DESK}::test_an_article_that_is_done_is_known_after_a_restart",
        f"{DESK}::test_an_entry_is_taken_in_once_however_many_feeds_list_it",
    ),
    one(
        "stages: pending articles are planned after a restart",
        "cleaner/service.py",
        "                self._schedule(state, state.due_at or now)\n",
        "                pass\n",
        f"{DESK}::test_pending_articles_are_worked_on_after_a_restart",
        f"{LOOKS}::test_a_published_article_is_looked_at_on_schedule_and_after_a_restart_too",
    ),
    one(
        "stages: an article is canceled once",
        "cleaner/settlement.py",
        "    if state.canceled or not (",
        "    if not (",
        f"{LOOKS}::test_an_article_is_canceled_once_by_two_looks_some_time_apart",
    ),
    one(
        "stages: an article that came back is usable once",
        "cleaner/settlement.py",
        "        canceled=False,\n",
        "",
        f"{LOOKS}::test_a_page_that_comes_back_is_usable_again_once",
    ),
    one(
        "stages: a forgotten article is not new again",
        "cleaner/catalogue.py",
        "return known if known is not None else self._forgotten.get(article_id)",
        "return known",
        f"{LOOKS}::test_a_forgotten_article_never_comes_out_as_new_again[True]",
        f"{LOOKS}::test_a_forgotten_rejection_is_not_repeated",
    ),
    one(
        "stages: a change during a reading is looked at afterwards",
        "cleaner/service.py",
        "        overtaken = state.entry != item.entry\n",
        "        overtaken = False\n",
        f"{LOOKS}::test_a_change_announced_while_the_page_is_being_read_is_looked_at_afterwards",
        f"{LOOKS}::test_a_change_announced_during_a_look_is_looked_at_afterwards",
    ),
    one(
        "stages: a refused document is rejected",
        "cleaner/service.py",
        "        if refused(state.id):\n",
        "        if False:\n",
        f"{DESK}::test_what_the_broker_refused_is_rejected_in_its_place",
    ),
    one(
        "stages: what is published stays published",
        "cleaner/settlement.py",
        "    if state.revision:\n        return Unchanged(state=_done(state), look=LookOutcome.FAILED)\n    status = ",
        "    status = ",
        f"{SETTLEMENT}::test_a_failed_look_for_a_revision_leaves_what_is_published",
        f"{DESK}::test_a_refused_revision_leaves_the_published_one_and_the_books_alone",
    ),
    one(
        "stages: a deferral is no attempt",
        "cleaner/settlement.py",
        "    return Later(state=state, ",
        "    return Later(state=msgspec.structs.replace(state, attempts=state.attempts + 1), ",
        f"{SETTLEMENT}::test_a_deferral_is_no_attempt_and_changes_nothing",
    ),
    one(
        "stages: poison is rejected",
        "cleaner/intake.py",
        '        found = _ENTRIES.decode(message.value or b"")\n    except (msgspec.DecodeError, UnicodeDecodeError)',
        '        found = _ENTRIES.decode(message.value or b"")\n    except ZeroDivisionError',
        f"{INTAKE}::test_no_bytes_raise",
        f"{DESK}::test_poison_is_rejected_and_its_neighbours_go_on[t.entries]",
    ),
    one(
        "stages: another clock delays nothing",
        "cleaner/intake.py",
        "        due_at=min(entry.seen_at, now),\n        due_reason=DueReason.NEW,",
        "        due_at=entry.seen_at,\n        due_reason=DueReason.NEW,",
        f"{INTAKE}::test_a_poller_whose_clock_is_ahead_delays_nothing",
    ),
    one(
        "stages: entries and the state of their feed are one unit",
        "poller/writing.py",
        "writes=(*(self._entry(entry) for entry in found), write))",
        "writes=tuple(self._entry(entry) for entry in found) or (write,))",
        f"{POLLER}::test_entries_and_the_state_of_their_feed_are_one_unit",
        f"{GAP}::test_what_was_missed_is_found_in_the_news_sitemap_that_robots_txt_names",
    ),
    one(
        "stages: seen entries are remembered",
        "poller/settling.py",
        "memory.written(following, read.memory)",
        "following",
        f"{POLLER}::test_what_was_seen_is_not_passed_on_again_after_a_restart",
    ),
    one(
        "stages: what was seen in one sitemap of an index is known in all",
        "feed/children.py",
        "    if lists is not None:\n",
        "    if False:\n",
        f"{INDEX}::test_the_sitemaps_of_an_index_are_polled_one_after_the_other",
    ),
    one(
        "stages: what was found after a gap is known",
        "feed/gaps.py",
        "memory.with_gone(state, (keyed.key for keyed in recovered))",
        "state",
        "tests/feed/test_gaps.py::test_what_was_found_is_known_afterwards_whatever_its_words",
    ),
    one(
        "stages: a site that asked for rest has it after a restart",
        "cleaner/service.py",
        "            self._pacer.rest(site, until, now)\n",
        "            pass\n",
        "tests/services/test_restarts_on_kafka.py::test_a_page_that_asked_for_rest_is_left_alone_after_a_restart_too",
    ),
    one(
        "stages: an unsubscribed feed does not come back",
        "poller/service.py",
        "        if feed is None:  # unsubscribed meanwhile\n            return Step()\n",
        "        feed = feed or item.feed\n",
        f"{POLLER}::test_an_unsubscribed_feed_is_forgotten_even_while_it_is_polled",
    ),
    one(
        "stages: a poll that is asked for is written down",
        "feed/children.py",
        "state, next_poll_at=now, gone=False, children",
        "state, gone=False, children",
        f"{POLLER}::test_a_poll_that_is_asked_for_survives_a_restart",
    ),
    one(
        "stages: synchronising removes only what came from a file",
        "poller/subscriptions.py",
        "if feed.origin is Origin.FILE and feed.id not in meant",
        "if feed.id not in meant",
        f"{SUBSCRIPTIONS}::test_a_comparison_adds_what_is_missing_and_removes_only_what_came_from_a_file",
    ),
    one(
        "stages: one thing at a time for a site",
        "crawl/agenda.py",
        "            site.busy = True\n",
        "            self._queue_site(name, site, now)\n",
        f"{AGENDA}::test_a_busy_site_gives_nothing_until_it_is_done",
    ),
    Mutant(
        rule="stages: one page of a site at a time, by the desk's own plan and by what all stages know",
        edits=(
            Edit(
                file="crawl/agenda.py",
                old="            site.busy = True\n",
                new="            self._queue_site(name, site, now)\n",
            ),
            Edit(
                file="crawl/pacing.py",
                old="        self._sites.known(site, now).started_at = now\n",
                new="",
            ),
        ),
        tests=(f"{DESK}::test_one_page_of_a_site_is_under_way_at_a_time",),
    ),
    one(
        "stages: a site that one stage asks is not asked by another",
        "crawl/pacing.py",
        "        self._sites.known(site, now).started_at = now\n",
        "",
        f"{PACING}::test_a_site_that_one_stage_asks_is_not_asked_by_another",
    ),
    one(
        "stages: a site that asks one stage for rest is left alone by all",
        "crawl/pacing.py",
        "known.rest_until if known else 0.0",
        "0.0",
        f"{PACING}::test_a_site_that_asks_one_stage_for_rest_is_left_alone_by_all[429]",
        f"{POLLER}::test_a_site_that_asked_for_rest_gets_it_after_a_restart_too",
    ),
    one(
        "trust: an entry speaks of the article at its own address",
        "cleaner/intake.py",
        "    if found.article_id != identity.article_id(found.url):\n",
        "    if not found.article_id:\n",
        f"{WHOSE}::test_an_entry_that_does_not_fit_its_address_is_poison[another-address-of-the-site]",
    ),
    one(
        "trust: an entry whose site a new list of suffixes gives is handed to its owner",
        "cleaner/intake.py",
        "    if found.site != own and not sites.is_above(found.site, found.url):\n",
        "    if found.site != own:\n",
        f"{WHOSE}::test_an_entry_of_another_list_of_suffixes_goes_to_the_sites_owner_and_is_not_lost",
    ),
    one(
        "trust: what is known where it was is not handed on, and published again",
        "cleaner/service.py",
        "        if known is None and sites.partition(",
        "        if sites.partition(",
        f"{WHOSE}::test_what_is_known_where_it_was_stays_there",
    ),
    one(
        "trust: what strangers listed too early is not lost",
        "cleaner/intake.py",
        "    if state.status not in (ArticleStatus.PENDING, ArticleStatus.REJECTED):\n",
        "    if state.status is not ArticleStatus.PENDING:\n",
        f"{WHOSE}::test_an_article_that_a_stranger_listed_too_early_is_tried_again_when_its_own_feed_lists_it",
    ),
    one(
        "trust: an article joins one of its own site only",
        "cleaner/service.py",
        "                if twin is not None and (twin.id == state.id or twin.site != state.site):\n",
        "                if twin is not None and twin.id == state.id:\n",
        f"{WHOSE}::test_a_page_joins_no_article_of_another_site",
    ),
    one(
        "secrets: a feed's id is that of the address as written",
        "feed/subscribed.py",
        "    return structs.replace(feed, url=found.url, options=options)\n",
        "    return structs.replace(feed, id=identity.feed_id(found.url), url=found.url, options=options)\n",
        f"{SECRETS}::test_a_subscription_keeps_its_id_and_no_password_in_its_address",
        f"{UPGRADE}::test_each_feed_goes_on_where_it_was_and_its_secrets_leave_its_address_once",
    ),
    one(
        "secrets: another password makes no other feed",
        "feed/subscribed.py",
        "    for of_listed, of_feed, choosy in _WAYS:\n",
        "    for of_listed, of_feed, choosy in _WAYS[:1]:\n",
        f"{SECRETS}::test_a_changed_password_in_a_list_is_the_same_feed",
        f"{SECRETS}::test_a_changed_key_in_a_list_is_the_same_feed_at_another_address",
    ),
)
