"""Every read about people: who a session is, what somebody holds, the lists of people, drafts."""

from tracker.accounts.queries.drafts import (
    DraftNote,
    find_draft,
    find_posted,
    list_drafts,
)
from tracker.accounts.queries.identity import (
    KnownSession,
    find_identity,
    find_session,
    in_force,
)
from tracker.accounts.queries.people import (
    PER_PAGE,
    PeopleFilter,
    count_administrators,
    find_code,
    find_organisations,
    get_person,
    get_role,
    list_ending,
    list_holdings,
    list_leavers,
    list_own_organisations,
    list_own_roles,
    list_people,
)
from tracker.accounts.queries.saved import Saved, find_last_saved
from tracker.accounts.queries.signing_in import (
    Credentials,
    LinkRow,
    count_failures,
    find_credentials,
    find_link,
    get_credentials,
    list_sessions,
    session_reference,
)

__all__ = [
    "PER_PAGE",
    "Credentials",
    "DraftNote",
    "KnownSession",
    "LinkRow",
    "PeopleFilter",
    "Saved",
    "count_administrators",
    "count_failures",
    "find_code",
    "find_credentials",
    "find_draft",
    "find_identity",
    "find_last_saved",
    "find_link",
    "find_organisations",
    "find_posted",
    "find_session",
    "get_credentials",
    "get_person",
    "get_role",
    "in_force",
    "list_drafts",
    "list_ending",
    "list_holdings",
    "list_leavers",
    "list_own_organisations",
    "list_own_roles",
    "list_people",
    "list_sessions",
    "session_reference",
]
