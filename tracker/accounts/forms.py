"""The shape of what is typed about people: signing in, invitations, roles, names and passwords."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.access.permissions import Role
from tracker.accounts.rules import EMAIL_LONGEST, NAME_LONGEST, PASSWORD_SHORTEST
from tracker.web.fields import (
    Item,
    KeyedForm,
    NHSCheckboxes,
    NHSDateField,
    NHSEmailField,
    NHSForm,
    NHSPasswordField,
    NHSRadios,
    NHSTextField,
)

PASSWORD_HINT = f"At least {PASSWORD_SHORTEST} characters. Three or four unrelated words are easy to remember"
ROLE_HINTS = {
    Role.CHAMPION: "Records progress and evidence for the organisation",
    Role.TRUST_LEAD: "Does that too, checks and agrees what others recorded, and invites colleagues",
    Role.NATIONAL_LEAD: "Reads every organisation; changes nothing that a trust recorded",
    Role.AUDITOR: "Reads the organisations named, until the last day given; changes nothing",
    Role.ADMINISTRATOR: "Looks after people and organisations; sees no organisation's pages",
}


class SignInForm(NHSForm):
    email = NHSEmailField(
        "E-mail address", required="Enter your e-mail address", options={"autocomplete": "username"}
    )
    password = NHSPasswordField(
        "Password", required="Enter your password", options={"autocomplete": "current-password"}
    )


class NewPasswordForm(NHSForm):
    password = NHSPasswordField(
        "New password",
        hint=PASSWORD_HINT,
        required="Enter a new password",
        options={"autocomplete": "new-password"},
    )


class ChangePasswordForm(NHSForm):
    current = NHSPasswordField(
        "Your password now", required="Enter your password", options={"autocomplete": "current-password"}
    )
    password = NHSPasswordField(
        "New password",
        hint=PASSWORD_HINT,
        required="Enter a new password",
        options={"autocomplete": "new-password"},
    )


class NameForm(NHSForm):
    name = NHSTextField(
        "Full name",
        required="Enter your full name",
        max_length=NAME_LONGEST,
        hint="As your colleagues know you: it stands beside what you record",
        options={"autocomplete": "name"},
    )


class InviteForm(KeyedForm):
    """A person, a role, where and until when. A lead chooses among her own organisations, others name codes."""

    name = NHSTextField(
        "Full name", required="Enter a full name", max_length=NAME_LONGEST, options={"autocomplete": "off"}
    )
    email = NHSEmailField(
        "Work e-mail address",
        required="Enter an e-mail address",
        max_length=EMAIL_LONGEST,
        options={"autocomplete": "off"},
    )
    role = NHSRadios("Role", required="Say what this person's role is")
    own = NHSCheckboxes("Organisation")
    organisations = NHSTextField(
        "Organisation codes",
        hint="ODS codes, for example RJ1. Several with commas between them. Leave empty for a national role",
        max_length=4000,
    )
    until = NHSDateField(
        "Last day of the role",
        subject="Last day",
        hint="Leave empty if it has no end. An auditor's role always has one",
    )
    only: str = ""

    def offer(self, roles: Sequence[Role], organisations: Sequence[tuple[str, str]] | None) -> None:
        """Offer these roles, and these organisations (code, name); None asks for codes instead."""
        self.role.items = [Item(role.value, role.label, hint=ROLE_HINTS[role]) for role in roles]
        if organisations is None:
            del self.own
            return
        del self.organisations
        self.own.items = [Item(code, f"{name} ({code})") for code, name in organisations]
        if len(organisations) == 1:
            # One organisation is no question.
            self.only = organisations[0][0]
            del self.own

    @property
    def organisation_field(self) -> str:
        """Where a problem with the organisation is shown."""
        return next((name for name in ("own", "organisations") if name in self), "role")

    def codes(self) -> list[str]:
        """The organisations named, without repetition, in the order given."""
        if self.only:
            return [self.only]
        if "own" in self:
            return list(self.own.data or ())
        typed = re.split(r"[\s,;]+", str(self.organisations.data or "").upper())
        return [code for code in dict.fromkeys(typed) if code]


class AddRoleForm(InviteForm):
    """The same for somebody who is known already."""

    name = None  # type: ignore[assignment]  # how WTForms leaves out an inherited field
    email = None  # type: ignore[assignment]


class UntilForm(NHSForm):
    until = NHSDateField(
        "Last day of the role",
        subject="Last day",
        hint="The person keeps the role on that day. Leave empty for no end",
    )


class ReasonForm(NHSForm):
    reason = NHSTextField("Reason (optional)", max_length=500, hint="Kept in the audit trail")


class ConfirmForm(NHSForm):
    """Nothing but the token that shows it came from our page."""
