"""The forms of what was shared, and of a network's list of members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from wtforms import HiddenField
from wtforms.widgets import HiddenInput

from tracker.library.rules.sharing import OWN, Channel, OnBehalf, ShareFacts
from tracker.web.fields import (
    Item,
    NHSCheckboxes,
    NHSDateField,
    NHSRadios,
    NHSSelect,
    NHSTextArea,
    NHSTextField,
    NHSTick,
    NHSWholeNumber,
    VersionedForm,
)

MOST = 999_999_999
_OURS, _ALL, _SOME = "ours", "all", "some"
_NO_NAMES = "No names of patients."


class ShareForm(VersionedForm):
    """We have shared this: one thing or several, one way, one day."""

    resource = NHSSelect(
        "What was shared?", blank="Choose what was shared", required="Choose what was shared"
    )
    also = NHSCheckboxes("What else was shared at the same time?", items=[])
    whose = NHSRadios(
        "Who was it shared with?",
        items=[
            Item(_OURS, "Our own people"),
            Item(_ALL, "The staff of all our members"),
            Item(_SOME, "The staff of some of our members", conditional=("members",)),
        ],
        required="Say who it was shared with",
    )
    members = NHSCheckboxes("Of which members?", items=[])
    channel = NHSRadios(
        "How was it shared?",
        items=[
            Item(
                each.value,
                each.label,
                conditional=("channel_words",) if each is Channel.OTHER else (),
            )
            for each in Channel
        ],
        required="Choose how it was shared",
    )
    channel_words = NHSTextField("Which way?", max_length=200, hint="For example: a poster in the staff room")
    shared_on = NHSDateField("When was it shared?", subject="The day it was shared")
    link = NHSTextField(
        "Link to where it can be seen (optional)", hint="It starts with https://", max_length=500
    )
    evidence_id = NHSSelect("Evidence (optional)", blank="None")
    reached = NHSWholeNumber("How many people did it reach? (optional)", maximum=MOST, width=10)
    reached_basis = NHSTextField(
        "How was this number counted?",
        hint="Needed with a number. For example: people on the mailing list",
        max_length=300,
    )
    note = NHSTextArea("Anything to note (optional)", max_length=2000, rows=3, hint=_NO_NAMES)
    anyway = NHSTick("It was shared twice that day", hint="Both are kept.")

    def offer(
        self,
        resources: Sequence[tuple[UUID, str]],
        evidence: Sequence[tuple[UUID, str, str]],
        members: Sequence[tuple[UUID, str, str]] | None,
        *,
        today: int,
        several: bool,
    ) -> None:
        """What can be chosen; `members` is None for who is no network, `today` how many there are today.

        `several`: one occasion may be about several things, which are separate once they are recorded.
        """
        self.resource.items = [Item(str(key), title) for key, title in resources]
        self.also.items = self.resource.items
        self.evidence_id.items = [Item(str(key), f"{title}, of {day}") for key, title, day in evidence]
        if not several:
            del self.also
        if members is None:
            del self.whose, self.members
            return
        self.note.hint = f"{_NO_NAMES} The members for whom you shared it can read this."
        self.members.items = [Item(str(key), name, hint=term) for key, name, term in members]
        self.whose.items = [
            item
            if item.value != _ALL
            else Item(
                _ALL,
                "The staff of all our members",
                hint=f"{today} today; those of the day it was shared count",
            )
            for item in self.whose.items
        ]

    def shared_with(self) -> str:
        """What a network is told of whom it recorded; nothing where nobody was asked."""
        if "whose" not in self:
            return ""
        some = len(self.members.data or ())
        words = {_ALL: "all our members", _SOME: f"{some} of our members"}
        return f" with {words.get(self.whose.data, 'our own people')}"

    def chosen(self) -> list[UUID]:
        """What was shared, once the form is valid."""
        return [UUID(each) for each in dict.fromkeys([self.resource.data, *self._also()])]

    def _also(self) -> list[str]:
        return list(self.also.data or ()) if "also" in self else []

    def behalf(self) -> OnBehalf:
        """For whom: a network's members, or nobody but one's own people."""
        whose = self.whose.data if "whose" in self else _OURS
        if whose == _ALL:
            return OnBehalf(everybody=True)
        if whose == _SOME:
            return OnBehalf(
                members=frozenset(found for each in self.members.data or () if (found := _id(each)))
            )
        return OWN

    def readable(self) -> tuple[list[UUID], ShareFacts, OnBehalf]:
        """What can be judged of a form that is not whole: a way that was not chosen asks nothing further.

        A number that cannot be read is one all the same, and says how it was counted.
        """
        chosen = [each for text in (self.resource.data, *self._also()) if (each := _id(text))]
        known = self.channel.data in set(Channel)
        facts = ShareFacts(
            channel=Channel(self.channel.data) if known else Channel.NEWSLETTER,
            channel_words=self.channel_words.data or "",
            shared_on=self.shared_on.data,
            link=self.link.data or "",
            evidence_id=_id(self.evidence_id.data),
            reached=0 if self.reached.errors else self.reached.data,
            reached_basis=self.reached_basis.data or "",
            note=self.note.data or "",
        )
        return chosen, facts, OWN if "whose" in self and self.whose.errors else self.behalf()

    def facts(self) -> ShareFacts:
        """What was typed, once the form is valid."""
        channel = Channel(self.channel.data)
        return ShareFacts(
            channel=channel,
            channel_words=(self.channel_words.data or "") if channel is Channel.OTHER else "",
            shared_on=self.shared_on.data,
            link=self.link.data or "",
            evidence_id=UUID(self.evidence_id.data) if self.evidence_id.data else None,
            reached=self.reached.data,
            reached_basis=self.reached_basis.data or "",
            note=self.note.data or "",
        )


class MembersForm(VersionedForm):
    """Organisations to put on a network's list: looked for as often as is needed, then saved together.

    `looked` is the board or region whose trusts were ticked all together: looking again ticks none of them anew.
    """

    q = NHSTextField("Name or code", max_length=200)
    icb = NHSSelect("All trusts of an integrated care board", blank="None")
    region = NHSSelect("All trusts of a region", blank="None")
    looked = HiddenField(default="", widget=HiddenInput())
    members = NHSCheckboxes("Which organisations?", items=[])
    from_on = NHSDateField(
        "First day as a member",
        hint="For example, 1 4 2025",
        subject="The first day as a member",
        required="Enter the first day as a member",
    )
    until_on = NHSDateField(
        "Last day as a member (optional)", hint="Empty while it lasts", subject="The last day as a member"
    )

    @property
    def place(self) -> str:
        """The board or region of which all trusts are wanted."""
        return self.icb.data or self.region.data or ""

    @property
    def asks(self) -> bool:
        return bool(self.q.data or self.place)

    def offer_places(self, icbs: Sequence[tuple[str, str]], regions: Sequence[tuple[str, str]]) -> None:
        """The boards and regions to look in."""
        self.icb.items = [Item(code, name) for code, name in icbs]
        self.region.items = [Item(code, name) for code, name in regions]

    def offer(self, found: Sequence[tuple[UUID, str, str]]) -> None:
        """The organisations to choose from."""
        self.members.items = [Item(str(key), name, hint=where) for key, name, where in found]

    def tick_place(self, found: Sequence[UUID]) -> None:
        """All trusts of a board or region are taken in one step, besides those that were ticked before."""
        if self.place and self.place != self.looked.data:
            self.members.data = list(dict.fromkeys([*(self.members.data or ()), *map(str, found)]))
        self.looked.data = self.place

    def chosen(self) -> list[UUID]:
        return [UUID(each) for each in self.members.data or ()]

    def readable(self) -> tuple[list[UUID], date | None, date | None]:
        """What can be judged of a form that is not whole: a membership whose end cannot be read has its first day."""
        chosen = [each for text in self.members.data or () if (each := _id(text))]
        return chosen, self.from_on.data, self.from_on.data if self.until_on.errors else self.until_on.data


class MemberForm(VersionedForm):
    """The days of one membership."""

    from_on = NHSDateField(
        "First day as a member",
        subject="The first day as a member",
        required="Enter the first day as a member",
    )
    until_on = NHSDateField(
        "Last day as a member (optional)", hint="Empty while it lasts", subject="The last day as a member"
    )


def shown_share(values: Mapping[str, object], members: Sequence[UUID]) -> ShareForm:
    """The form as a share stands."""
    channel = getattr(values["channel"], "value", values["channel"])
    given = {**values, "resource": values["resource_id"], "channel": channel}
    return ShareForm(
        None,
        data={**given, "members": [str(each) for each in members], "whose": _SOME if members else _OURS},
    )


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def empty_share(resource: UUID | None, today: date) -> ShareForm:
    """An empty form, with what is known already."""
    return ShareForm(None, data={"resource": resource, "shared_on": today})
