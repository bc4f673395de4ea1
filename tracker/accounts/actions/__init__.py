"""Every write about people: signing in, accounts, roles, one-time links, drafts, forms sent twice."""

from tracker.accounts.actions.drafts import claim_form, discard_draft, save_draft
from tracker.accounts.actions.people import (
    Invitation,
    accept_link,
    change_name,
    change_password,
    close_account,
    create_account,
    give_link,
    invite,
    reopen_account,
)
from tracker.accounts.actions.roles import change_role, grant_role, withdraw_role
from tracker.accounts.actions.signing_in import (
    Attempt,
    begin_attempt,
    end_other_sessions,
    end_session,
    fail_attempt,
    open_session,
    sign_out,
    succeed_attempt,
    take_back_attempt,
    touch_session,
)

__all__ = [
    "Attempt",
    "Invitation",
    "accept_link",
    "begin_attempt",
    "change_name",
    "change_password",
    "change_role",
    "claim_form",
    "close_account",
    "create_account",
    "discard_draft",
    "end_other_sessions",
    "end_session",
    "fail_attempt",
    "give_link",
    "grant_role",
    "invite",
    "open_session",
    "reopen_account",
    "save_draft",
    "sign_out",
    "succeed_attempt",
    "take_back_attempt",
    "touch_session",
    "withdraw_role",
]
