"""The second lock: every question about an organisation's data is asked in somebody's name."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import tracker

# What may be asked in nobody's name, each with the reason. Enter nothing here that a person's page could show.
WITHOUT_IDENTITY = {
    "tracker.library.queries.guidelines.get_guideline": "guidelines are published",
    "tracker.library.queries.guidelines.list_guideline_history": "guidelines are published",
    "tracker.library.queries.guidelines.list_guidelines": "guidelines are published",
    "tracker.library.queries.guidelines.list_versions": "guidelines are published",
    "tracker.library.queries.guidelines.version_of": "a row in other words",
    "tracker.library.queries.national.get_national_resource": "the national library is published",
    "tracker.library.queries.national.list_national_history": "the national library is published",
    "tracker.library.queries.national.list_national_resources": "the national library is published",
    "tracker.library.queries.national.national_by_id": "the national library is published",
    "tracker.library.queries.links.last_link_checks": "about published addresses",
    "tracker.library.queries.reach.count_trusts_reached": "two counts of the whole country, which name nobody",
    "tracker.library.queries.reach.regions_reached": "regions of the whole country, which name nobody",
    "tracker.library.queries.reach.regions_with_trusts": "codes of regions, which are published",
    "tracker.library.queries.reach.touches": "a subquery, no rows",
    "tracker.library.queries.counts.count_read_usage": "counts of what is published",
    "tracker.library.queries.counts.count_useful": "counts of what is published",
    "tracker.library.queries.counts.list_latest_readings": "published: what was read of a resource's use",
    "tracker.library.queries.counts.count_with_method": "counts of what is published",
    "tracker.library.queries.counts.count_evaluated": "counts of what is published",
    "tracker.library.queries.counts.list_proven": "published: resources",
    "tracker.library.queries.counts.list_differing": "published: resources",
    "tracker.library.queries.counts.count_proven": "counts of what is published",
    "tracker.library.queries.counts.count_funded": "counts of what is published",
    "tracker.library.queries.counts.count_checked": "counts of what is published",
    "tracker.library.queries.counts.count_announced_first": "counts of what is published",
    "tracker.library.queries.counts.count_overlaps_settled": "counts of what is published",
    "tracker.library.queries.funding.list_funding": "the national library is published",
    "tracker.library.queries.counts.demonstration_of": "whether an organisation is made up",
    "tracker.library.queries.publishers.list_publishers": "published by the NHS: codes and names",
    "tracker.library.queries.usage.list_usage_of": "published: what was read of a resource's use, without authors",
    "tracker.library.queries.usage.count_usage_of": "published: one number",
    "tracker.library.queries.evaluations.list_evaluations_of": "published, without authors",
    "tracker.library.queries.developing.list_all_developments": "published, so that nobody makes the same thing twice",
    "tracker.library.queries.national.list_known": "published: titles of the library, and whose they are",
    "tracker.measures.alignment.queries.item_of": "a row in other words",
    "tracker.measures.alignment.queries.iter_rows": "for packs, whose scope was checked when they were asked for",
    "tracker.programme.queries.programme.list_years": "the programme is published",
    "tracker.programme.queries.programme.get_year": "the programme is published",
    "tracker.programme.queries.programme.list_items": "the programme is published",
    "tracker.programme.queries.programme.list_serving": "the programme is published",
    "tracker.programme.queries.programme.get_item": "the programme is published",
    "tracker.programme.queries.programme.list_item_history": "the programme is published",
    "tracker.programme.queries.states.list_states": "published: the timeline shows it to everybody",
    "tracker.programme.queries.states.list_state_history": "published, as above",
    "tracker.programme.queries.states.list_live_evidence": "ids of what published states name: how many is published",
    "tracker.programme.queries.states.require_body": "no query",
    # The catalogue is the same for everybody, and so is the list of regions and boards.
    "tracker.catalogue.queries.list_reports": "published",
    "tracker.catalogue.queries.list_recommendations": "published",
    "tracker.catalogue.queries.get_recommendation": "published",
    "tracker.catalogue.queries.list_kinds": "published",
    "tracker.catalogue.queries.owes": "published",
    "tracker.catalogue.queries.get_marks": "published",
    "tracker.catalogue.queries.list_declared": "published",
    "tracker.catalogue.queries.find_asked": "published",
    "tracker.catalogue.queries.list_asked": "published",
    "tracker.catalogue.queries.list_sets": "published",
    "tracker.measures.questions.queries.get_asked": "published: the questions",
    "tracker.measures.questions.queries.marks_at": "published",
    "tracker.measures.questions.queries.figure_of": "no query",
    "tracker.measures.questions.queries.no_figure": "no query",
    "tracker.measures.questions.queries.declared_of": "published: the questions as they were",
    "tracker.measures.questions.queries.list_versions": "within a cut",
    "tracker.summary.queries.organisations.list_asked": "published: the catalogue as the summary asks it",
    "tracker.organisations.queries.list_regions": "published by the NHS",
    "tracker.organisations.queries.list_icbs": "published by the NHS",
    "tracker.organisations.queries.list_successions": "published by the NHS: codes, names and dates",
    "tracker.organisations.queries.list_successors": "published by the NHS: codes, names and dates",
    "tracker.organisations.queries.beside": "a condition, no rows",
    "tracker.organisations.queries.has_worlds": "two yes or no about the whole database",
    "tracker.organisations.queries.open_on": "a condition, no rows",
    # What decides who somebody is comes before there is an identity.
    "tracker.organisations.queries.find_ref": "the gate asks it, and then decides",
    "tracker.accounts.queries.identity.find_session": "makes the identity",
    "tracker.accounts.queries.identity.find_identity": "makes the identity",
    "tracker.accounts.queries.identity.in_force": "a condition, no rows",
    "tracker.accounts.queries.signing_in.find_credentials": "signing in",
    "tracker.accounts.queries.signing_in.get_credentials": "signing in",
    "tracker.accounts.queries.signing_in.count_failures": "signing in, by digest",
    "tracker.accounts.queries.signing_in.find_link": "the token is the right to it",
    "tracker.accounts.queries.signing_in.list_sessions": "one's own, by one's own id",
    "tracker.accounts.queries.signing_in.session_reference": "arithmetic, no rows",
    "tracker.accounts.queries.drafts.find_posted": "one's own, by one's own id",
    # Rules about people that an action asks before it writes; nothing of it is shown.
    "tracker.accounts.queries.people.list_holdings": "may this person be given a link: every role counts",
    "tracker.accounts.queries.people.count_administrators": "one number",
    "tracker.accounts.queries.people.find_organisations": "codes into ids; the right is checked on each",
    "tracker.accounts.queries.people.find_code": "an id into its code",
    "tracker.progress.queries.authors_since_delivered": "who wrote may not assure: ids for a rule",
    "tracker.progress.queries.position_of": "no query: a row into the value that rules know",
    # Helpers on rows that were already found in somebody's name.
    "tracker.evidence.queries.live_on": "a condition, no rows",
    "tracker.summary.queries.organisations.counted": "a condition, no rows",
    "tracker.evidence.queries.with_files": "files of items already found in scope",
    "tracker.dashboard.queries.names_of": "names to ids that a page in scope already holds",
    "tracker.dashboard.queries.titles_of_resources": "published: the national library",
    "tracker.dashboard.queries.titles_of_items": "published: the yearly programmes",
    "tracker.dashboard.queries.named": "no query",
    "tracker.dashboard.queries.title_of": "no query",
    "tracker.exports.queries.names.people_by_id": "names to ids that a page in scope already holds",
    "tracker.exports.queries.names.organisations_by_id": "published names",
    "tracker.exports.queries.names.find_people": "the trail keeps only those with an event in scope",
    # Checking chains is for commands and cut-offs, never for a page.
    "tracker.audit.queries.list_heads": "verification",
    "tracker.audit.queries.iter_chain": "verification, and a pack's own cut",
    "tracker.audit.queries.head_of": "no query",
    "tracker.audit.queries.has_event_today": "one's own, by one's own id",
    "tracker.audit.queries.label_of": "no query",
    # A pack is bounded by its saved request: `cut_of` and `plan_bundle` are where scope is asked for.
    "tracker.exports.queries.cut.cut_of": "a saved request; `get_request` asked whose it may be",
    "tracker.exports.queries.cut.list_recommendation_codes": "published",
    "tracker.exports.queries.cut.chosen_by_id": "organisations of a saved cut",
    "tracker.exports.queries.events.recording_events": "within a cut",
    "tracker.exports.queries.events.measure_events": "within a cut",
    "tracker.exports.queries.events.key_of": "no query",
    "tracker.exports.queries.national_rows.resource_row": "one row; no query",
    "tracker.exports.queries.national_rows.year_row": "one row; no query",
    "tracker.exports.queries.national_rows.item_row": "one row; no query",
    "tracker.exports.queries.ledger_controls.ledger_controls": "within a cut",
    "tracker.exports.queries.ledger_controls.count_ledgers": "within a cut",
    "tracker.exports.queries.ledger_rows.usage_row": "one row; no query",
    "tracker.exports.queries.ledger_rows.evaluation_row": "one row; no query",
    "tracker.exports.queries.ledger_rows.development_row": "one row; no query",
    "tracker.exports.queries.ledger_rows.share_row": "one row; no query",
    "tracker.exports.queries.ledger_rows.shared_for_row": "one row; no query",
    "tracker.exports.queries.ledger_rows.member_row": "one row; no query",
    "tracker.exports.queries.ledger_rows.practice_row": "one row; no query",
    "tracker.exports.queries.ledger_rows.use_row": "one row; no query",
    "tracker.exports.queries.ledger_rows.request_row": "one row; no query",
    "tracker.exports.queries.ledger_rows.received_row": "one row; no query",
    "tracker.exports.queries.ledger_rows.answer_row": "one row; no query",
    "tracker.exports.queries.ledger_rows.state_row": "one row; no query",
    "tracker.exports.queries.events.ledger_events": "within a cut",
    "tracker.exports.queries.ledgers.library_rows": "within a cut",
    "tracker.exports.queries.ledgers.dissemination_rows": "within a cut",
    "tracker.exports.queries.ledgers.practice_rows": "within a cut",
    "tracker.exports.queries.ledgers.programme_rows": "within a cut",
    "tracker.exports.queries.ledgers.evidence_of_ledgers": "within a cut",
    "tracker.exports.queries.measured.evidence_of_figures": "within a cut",
    "tracker.exports.queries.measured.measure_controls": "within a cut, with an auditor's eyes",
    "tracker.exports.queries.measured.measure_rows": "within a cut, with an auditor's eyes",
    "tracker.exports.queries.events.audit_lines": "within a cut",
    "tracker.exports.queries.events.left_out": "within a cut",
    "tracker.exports.queries.plan.preview": "within a cut that `cut_now` made for an identity",
    "tracker.exports.queries.records.progress_rows": "within a cut",
    "tracker.exports.queries.records.action_rows": "within a cut",
    "tracker.exports.queries.records.control_rows": "within a cut",
    "tracker.exports.queries.records.finding_rows": "within a cut",
    "tracker.exports.queries.records.stood": "no query",
    "tracker.exports.queries.records.lag_days": "arithmetic",
    "tracker.exports.queries.records.count_records": "within a cut",
    "tracker.exports.queries.reference.catalogue_rows": "published",
    "tracker.exports.queries.reference.kinds_of": "published",
    "tracker.exports.queries.reference.people_rows": "within a cut",
    "tracker.exports.queries.register.evidence_rows": "within a cut",
    "tracker.exports.queries.register.file_members": "within a cut",
    "tracker.exports.queries.register.member_of": "no query",
    "tracker.exports.queries.register.count_register": "within a cut",
    "tracker.exports.queries.requests.find_request": "whether a form was saved before, by an id nobody can guess",
    "tracker.exports.queries.requests.release": "ends a transaction",
    "tracker.summary.queries.organisations.release": "ends a transaction",
    "tracker.measures.incidents.queries.counted.pack_rows": "within a cut: counts of five and more, never a row",
    "tracker.measures.champions.queries.register.post_of": "no query: a row into the value that rules know",
    "tracker.measures.champions.queries.register.decided_of": "no query, likewise",
    "tracker.measures.champions.queries.register.model_of": "no query, likewise",
    "tracker.measures.champions.queries.register.department_of": "no query, likewise",
    "tracker.measures.champions.queries.register.picture_from": "no query, likewise",
    "tracker.measures.champions.queries.register.open_tasks": "no query, likewise",
    "tracker.measures.champions.queries.register.stood": "no query",
    "tracker.measures.champions.queries.rows.iter_rows": "organisations of a saved cut",
    "tracker.measures.coverage.queries.recorded_until": "within a cut",
    "tracker.measures.coverage.queries.reports_until": "within a cut",
    "tracker.practice.queries.figures.list_proven": "published practices, for national figures",
    "tracker.practice.queries.figures.help_waiting": "numbers only: the national body's own waiting time",
    "tracker.practice.queries.own.shared_items": "items of a practice already found in scope or published",
    "tracker.practice.queries.figures.visible_at": "a condition, no rows",
    "tracker.practice.queries.figures.proven": "a condition, no rows",
    "tracker.pages.queries.list_failing": "health: no data",
}  # fmt: skip


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of every `queries` room, by its full name."""
    for found in pkgutil.walk_packages(tracker.__path__, "tracker."):
        parts = found.name.split(".")
        if "queries" not in parts[2:] and parts[-1] != "queries":
            continue
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if inspect.isfunction(value) and value.__module__ == found.name and not name.startswith("_"):
                yield f"{found.name}.{name}", value


@pytest.mark.parametrize(
    "name, function", sorted(functions()), ids=lambda each: each if isinstance(each, str) else ""
)
def test_a_query_takes_the_identity_first(name: str, function: Callable[..., Any]) -> None:
    parameters = list(inspect.signature(function).parameters.values())
    takes = bool(parameters) and parameters[0].name == "identity"
    if name in WITHOUT_IDENTITY:
        assert not takes, f"{name} takes the identity: strike it from the list"
        return
    assert takes, f"{name} asks in nobody's name: take `identity` first, or say in the list why not"
    assert "Identity" in str(parameters[0].annotation), name
    # Whoever asks must say so: a default would let a caller forget it.
    assert parameters[0].default is inspect.Parameter.empty, name


def test_every_exception_is_still_there() -> None:
    there = {name for name, _function in functions()}
    assert sorted(set(WITHOUT_IDENTITY) - there) == []


def test_nothing_is_asked_of_the_session_outside_queries_and_actions() -> None:
    """A view or a presenter that asked the database itself would walk past the lock."""
    allowed = {"queries", "actions", "models", "loader", "web", "cli", "extensions", "storage", "database"}
    for found in pkgutil.walk_packages(tracker.__path__, "tracker."):
        if allowed & set(found.name.split(".")) or found.name.endswith("__main__"):
            continue
        module = importlib.import_module(found.name)
        assert "db" not in vars(module), f"{found.name} holds the database session"
