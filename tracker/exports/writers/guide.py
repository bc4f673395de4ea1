"""What an auditor has to know to read a pack and to recompute it without the tracker: it stands in index.html."""

import html
from collections.abc import Mapping, Sequence

from tracker.exports.rules import COLUMNS, CONTROL_FIGURES, MEASURE_CONTROLS

CHECKING = """<h2 id="check">How to check this evidence pack</h2>
<p>You do not have to trust the tracker, this page or whoever gave you the file. No network is needed.</p>
<ol>
<li>Unpack the ZIP into an empty folder and run <code>sha256sum -c manifest-sha256.txt</code> there: every
line must end in OK. (On a Mac: <code>shasum -a 256 -c manifest-sha256.txt</code>.)</li>
<li>Or run <code>bagit.py --validate</code> with the folder's name: it also finds files that were added or
removed.</li>
<li>Or run <code>flask verify bundle</code> with the name of the ZIP and <code>--key FILE</code>, a file that holds the
public key of the tracker: it also follows the chain of the audit trail in <code>data/audit.jsonl</code>, checks that
evidence and figures agree with each other, and by the dated seal who made the lists. With <code>--previous</code> and
an earlier pack it shows whether anything was rewritten in between, and which texts that one had are not here any
more.</li>
</ol>
<p>The first two show that the files are as listed, not that the list is the one that was handed out: only the
third does, and only with <code>--key</code>. Somebody who holds both the server and its signing key could rewrite
everything; an earlier pack shows that.</p>
<p>What should be here and is not stands in <a href="omissions.csv">omissions.csv</a>, each with the reason. A
file that is missing from the store, or altered there, is left out and listed at the moment of the download: the
same pack downloaded on another day is the same to the last byte while the store and the tracker's version are.</p>
"""

RECOMPUTING = """<h2 id="recompute">How to recompute it with a program of your own</h2>
<h3>The audit trail</h3>
<p><a href="audit.jsonl">audit.jsonl</a> has one event a line, each a JSON object. Every organisation has a chain of
its own; its events follow each other, from the first one on.</p>
<ol>
<li><code>header</code> is a text. The SHA-256 of its UTF-8 bytes, in hexadecimal, must be <code>hash</code>.</li>
<li>Read as JSON, <code>header</code> holds <code>chain</code>, <code>seq</code> (1, 2, 3 … without a gap),
<code>prev</code> (the <code>hash</code> of the event before it in the same chain; 64 zeros for the first),
<code>at</code>, <code>type</code>, <code>actor</code>, <code>subject</code>, <code>public</code> and
<code>private</code>.</li>
<li>Where <code>private</code> in the header is not null, it is the SHA-256 of the salt (<code>salt</code> in the
line, 32 bytes in hexadecimal) followed by the UTF-8 bytes of the text (<code>private</code> in the line). A text
that is not here has <code>private_absent</code> instead: <code>withheld</code> or <code>redacted</code>.</li>
<li>The last <code>seq</code> and <code>hash</code> of each chain must be those in
<a href="checkpoint.json">checkpoint.json</a> under <code>chains</code>. It names the heads of the chains in
<code>included</code>, which are here in full, and of the chain <code>platform</code>, which is not here.
<code>organisations</code> says whose chain each is: that rests on the seal.</li>
</ol>
<h3>The position, the totals and the evidence relied on</h3>
<ol>
<li>The position on the day: the rows of <a href="progress.csv">progress.csv</a> with
<code>current_at_date</code> yes. There is at most one for an organisation and a recommendation.</li>
<li>The totals: each row of <a href="control.csv">control.csv</a> says in <code>recount</code> which rows to count. The
tracker counted them in its database and not from these files.</li>
<li>What an agreement relied on: <code>assured_evidence</code> in progress.csv lists item, revision and SHA-256, divided
by semicolons. The row of <a href="evidence.csv">evidence.csv</a> with this <code>evidence</code>,
<code>revision</code> and <code>sha256</code> names the file in <code>member</code>.</li>
<li>Who recorded and who agreed: <code>recorded_by</code> and <code>assured_by</code> are numbers of people.
<a href="people.csv">people.csv</a> has the roles in the organisations of this pack, and national ones. A row that
somebody of another organisation recorded (“share for it”, “help received”) names a person who need not stand
there.</li>
<li>Each row that an organisation recorded names the event of it: <code>audit_chain</code> and <code>audit_seq</code>.
The event's <code>at</code>, <code>actor</code> and <code>public</code> must say the same as the row. Rows of the
platform (catalogue.csv; resources, years and items in library.csv and programme.csv) name none: its chain is not here,
they are for reference, and what they say rests on the seal alone.</li>
</ol>
<h3>The registers beside the recommendations</h3>
<ol>
<li><a href="library.csv">library.csv</a>, <a href="dissemination.csv">dissemination.csv</a>,
<a href="practice.csv">practice.csv</a> and <a href="programme.csv">programme.csv</a> hold every version that these
organisations recorded, whichever recommendations were chosen for this pack.</li>
<li>Every event of a register has one row, and every such row one event: a row that was taken out leaves an event
without one. What concerns two organisations is told on both chains, and its row is with the one that recorded it:
<code>network.…</code> with <code>network</code>, <code>practice.used</code> with <code>organisation</code>,
<code>help.answered</code> with the national body, which is told of each question by <code>help.received</code>, in
the same <code>group</code>: the words of the question are in the pack of who asked.
<code>network.member_removed</code> ends a membership and has no row of its own.</li>
<li>An event says what changed with its version, as <code>old</code> and <code>new</code>: what it does not mention is
as the version before left it, and empty in the first. Codes, days and numbers are in <code>public</code>; words are
in <code>private</code>, and can be compared only where the text of the event is here. Usage, evaluations and shares
name a resource by the number that its row has in <code>row</code>.</li>
<li><code>superseded_at_utc</code> is the moment of the next event about the same thing. A row stood on the day if it
was recorded by the end of it, or by the cut-off if that is earlier, and superseded later or not at all.</li>
<li>Of a row “share for it” the events here do not say <code>channel_words</code>, <code>link</code> and
<code>reason</code>: they are the network's, and rest on the seal alone unless its pack is at hand.</li>
<li>The totals of the registers stand in <a href="control.csv">control.csv</a> under no recommendation; each says
which one it is behind. For the figures below take resources, usage, evaluations, developments and shares with
<code>current_at_date</code> yes and no <code>reason</code>, and the marks of catalogue.csv. “Within” so many months
counts from that day of the month so many months before the day of the pack, which counts too. Pages
(<code>resource_kind</code> page) count for reach, and for nothing else. A pack has the rows of
its own organisations: a figure of the nation needs a pack of all of them, and the registers of real organisations and
of invented ones never meet in one.</li>
<li>Recommendation 1: of the <code>resources_made</code>, those that a row of kind usage names whose
<code>read_on</code> is within <code>uptake_review_months</code>. Counts of use are never added up. Ratings count of
resources made or endorsed: of each take, among the rows with <code>rated</code> whose period ended
(<code>until_on</code>) within <code>uptake_review_months</code>, the one that ended last: <code>useful</code> of
<code>rated</code>. Reached is a trust in England with a share, or a “share for it” that is not taken_back, of a
resource or a page that was made or endorsed, retired ones too, within <code>reach_months</code>. Only trusts that
were open on the day count, among the reached as in all: closings stand in the events <code>organisation.closed</code>,
with the last day in <code>until_on</code>.</li>
<li>Recommendation 6: of the <code>resources_made</code>, those that an evaluation of a national body names (a
method); and those with a <code>counted</code> and an <code>about_on</code> within
<code>evaluation_months</code>.</li>
<li>Recommendation 7: of each organisation take its evaluation of a resource with a <code>counted</code> and the latest
<code>about_on</code>; of several on that day all have to be shows_effect. It counts where it has <code>sample</code>,
<code>finding</code>, and <code>link</code> or <code>evidence</code>. A resource is proven where all that count are
shows_effect; where only some are, findings differ, and it is named and not counted. A practice is proven where the
version that was published last shows an effect. Both count as promoted once they reached every region that has an open
trust. A resource reached the regions of those who shared it, or had it shared for them, within
<code>promotion_months</code>; a practice the region of its owner, and those of organisations with a row “use” of it
recorded within <code>promotion_months</code>. The region of an organisation stands in its event
<code>organisation.added</code>, and after a move in <code>organisation.moved</code>.</li>
<li>Recommendation 8: <code>resources_with_funder_and_developer</code> of <code>resources_in_use</code>; checked are
those with a <code>funding_checked_on</code> within <code>register_review_months</code>, which all have to be;
<code>overlaps_settled</code> of <code>overlaps_found</code>; announced before work began is a development whose
<code>about_on</code> is before <code>until_on</code>, or a planned one without it.</li>
<li>Recommendation 15: of the practices that show an effect, those whose published version, with no
<code>practice.withdrawn</code> or <code>practice.stopped</code> since, has a day in <code>shared_locally_on</code>.
How long help took: from <code>asked_on</code> of the answer to its <code>about_on</code>. A question waits where its
row “help received” that has <code>current_at_date</code> yes has the <code>state</code> asked, and no row “help
answered” has the same <code>row</code>. Half had an answer within so many days as the answer in the middle of all that
were not taken back took; an open one counts as not answered.</li>
</ol>
<h3>The figures</h3>
<ol>
<li><a href="measures.csv">measures.csv</a> has, for each organisation and each recommendation that it answers, one row
with <code>figure</code> “figure”: what its registers said on the day, from what had been recorded by the end of that
day. Rows with “part” divide it up. All other rows are what it was counted from, versions that had been replaced
too.</li>
<li>Count it again: <code>rule</code> says how, the marks and the versions of guidelines that held stand in
<a href="catalogue.csv">catalogue.csv</a>. <code>percentage</code> is <code>numerator</code> of
<code>denominator</code>, rounded to a whole number; 100 is all and 0 is none. Of fewer than 5 there is no
percentage.</li>
<li>What a figure rests on: <code>evidence</code> names the row of evidence.csv whose <code>member</code> is the
report.</li>
<li>Of incidents there are counts alone, never a row of the register and nothing below 5. Groups of one to four staff
stand together or are left out, and champions stand without names. So such a figure cannot be counted again from this
pack: its events in the audit trail hold fingerprints, which the organisation can hold against its own register.</li>
<li>The sums of all organisations are in control.csv, as the name of the measure with <code>_with_figure</code>,
<code>_numerators</code> and <code>_denominators</code>.</li>
</ol>
<h3>The dated seal</h3>
<p><code>seal.json</code> holds an Ed25519 signature. What is signed: the line
<code>sepsis-tracker bundle seal 1</code>, a line feed, and the value of <code>signed</code> as JSON with sorted keys
and no spaces. <code>signed</code> holds the SHA-256 of manifest-sha256.txt, bag-info.txt and bagit.txt.
<code>key</code> is the public key: compare it with the one that the tracker shows, or that you wrote down earlier.</p>
<h3>What rests on the seal alone</h3>
<p>Nothing else in the pack says the same of these, so that without the key nobody can tell whether they were
altered:</p>
<ul>
<li>in control.csv <code>organisations</code>, <code>nothing_recorded</code>, <code>reason_accepted</code> and the words
in <code>recount</code>; the other figures are counted again by <code>flask verify bundle</code></li>
<li>in progress.csv <code>live_evidence</code> and <code>answered</code>, from which the control sheet is counted, and
the words where the text of the event is not here</li>
<li>in measures.csv the numbers that registers fill for recommendations 1, 6, 7 and 8, and those of incidents</li>
<li>people.csv, catalogue.csv and this page; the order of rows; <code>As-At</code> in bag-info.txt, the day that the
pack is of</li>
<li>that a text was removed, and not taken out by somebody: omissions.csv says of how many events, and an earlier pack
shows which</li>
</ul>
"""

_RULES = """<h2 id="columns">What the columns mean</h2>
<p>CSV in UTF-8. Days are <code>YYYY-MM-DD</code> in London; columns that end in <code>_utc</code> are moments in UTC.
People, items, entries and chains are numbers that mean nothing outside. An empty cell means: not known, or none. A cell
that a spreadsheet would run as a formula has an apostrophe put before it.</p>
"""

_EVERYWHERE = {
    "organisation": "ODS code of the organisation",
    "as_at": "the day that the position is of",
    "current_at_date": "yes where this row is what stood on that day; no where it was replaced before, or came later",
    "recorded_at_utc": "when it was recorded, whatever day it is about",
    "recorded_by": "who recorded it",
    "superseded_at_utc": "when a later version took its place",
    "lag_days": "days from the day that it is about to the day on which it was recorded",
    "audit_chain": "the chain of the event that recorded this row",
    "audit_seq": "its number in that chain",
}
_OF: dict[str, dict[str, str]] = {
    "progress.csv": {
        "step": "what was done: recorded, confirmed as still true, or assured (checked and agreed)",
        "delivery": "not_started, in_progress, delivered (in place), assured (in place, evidence checked and agreed by"
        " the organisation), or not_applicable",
        "delivered_on": "since when it is in place",
        "evidence_due_on": "evidence promised by",
        "evidenced_on": "evidence was ready on",
        "forum": "the meeting that agreed it, on forum_on",
        "assured_evidence": "the evidence relied on, frozen at that moment",
        "assurance_lapsed": "yes where no evidence was in use and in date any more on the day",
        "live_evidence": "items of evidence in use and in date on the day",
        "answered": "confirmed (within 12 months), or older",
        "wording_sha256": "fingerprint of the wording that was answered: text_sha256 in catalogue.csv",
    },
    "measures.csv": {
        "recommendation": "whose figure it is; several where one register is behind the figures of several",
        "figure": "figure, part (of the figure above it), or the kind of row of the register",
        "group": "which part, department, group of staff, training or question it is about",
        "about_on": "the day that it is about",
        "numerator": "how many of the denominator; whole things are counted",
        "value": "an answer in words, where there is no fraction; fewer than 5 where the number stays inside",
        "unit": "what is counted: numerator / denominator",
        "supports": "in_place, not_yet or no_figure: what the figure says of “in place”. Only people agree to it",
        "rule": "how it was counted",
        "note": "why the figure supports it, or what is still lacking; for rows of a register, what else they say",
        "evidence": "the item of evidence.csv that it rests on",
        "current_at_date": "yes where this row is what stood on that day. What came later is not in this file",
        "lag_days": "as elsewhere; 0 where it was recorded before the day that it is about",
    },
    "evidence.csv": {
        "revision": "number of the file within the item; empty for a link alone",
        "live_at_date": "yes where it was in use, in date and not replaced on the day",
        "dated_on": "the day that the evidence is of",
        "member": "where the file lies in this pack",
        "identifier_overridden": "yes where somebody stated that a number in it is not an NHS number",
    },
    "findings.csv": {
        "entry": "the entry of progress.csv that was checked",
        "outcome": "what the national body or an auditor found; it never changes the organisation's own position",
        "stands_at_date": "yes where the finding stood on the day",
    },
    "library.csv": {
        "kind": "resource (of the national library, as it stood on the day), usage, evaluation or development",
        "row": "the number under which the thing is known; of a resource the one that events name it by",
        "current_at_date": "of a resource also no where it was retired by the day",
        "resource_kind": "resource, or page (one that lists several: it counts for reach, and for nothing else)",
        "audiences": "staff groups, grades of doctors (none: every grade), settings, area, patients; several audiences"
        " are divided by semicolons",
        "level": "where it was developed; of a development, national or local",
        "owned_by": "whom the national lead recorded as its owner: what this organisation finds against NICE counts for"
        " everybody. Empty: the national body, where it made it; otherwise nobody is recorded",
        "about_on": "begin of the period, day of the evaluation or of the announcement",
        "until_on": "end of the period; of a development, when work begins",
        "read_on": "when the count was read",
        "counted": "what was counted, the result of an evaluation (empty: a method in hand), or the stage of a"
        " development",
        "number": "the count, or the size of the sample. Counts of several sources are never added up",
        "useful": "of those who rated it, how many found it useful",
        "reason": "why it was retired, or marked as entered by mistake, which counts in no figure",
    },
    "dissemination.csv": {
        "kind": "share; share for it (what a network recorded for this organisation; the evidence and the number of"
        " people are the network's); or member (an organisation that is a member of a network)",
        "state": "of a share for it: added, changed, or taken_back (it is not for this organisation, or was a mistake)",
        "for_members": "members for which a network recorded the share; of a share for it, the network; of a member"
        " row, the member",
        "reason": "why it was marked as entered by mistake, which counts in no figure",
    },
    "practice.csv": {
        "kind": "practice, use (a practice of other_organisation became an action), help asked, help received (the"
        " national body was asked by other_organisation, whose pack has the words), help answered",
        "row": "the number of the practice or of the question",
        "state": "draft, sent, returned, published or withdrawn: drafts are here too; of help received, asked or"
        " taken_back",
        "asked_on": "of an answer, the day of the question",
        "what": "what was done, the question, the answer; of a use, the action",
        "result": "of the evaluation; shows_effect makes a practice proven",
        "reason": "why it was sent back or taken out of use, or why a question was taken back",
        "about_practice": "of a question, the practice that it is about",
        "other_organisation": "whose practice was used, or who asked",
        "recorded_by": "of a version that was published or sent back, who reviewed it; else who wrote it",
    },
    "programme.csv": {
        "kind": "year or item (of a programme, as it stood on the day), or state (where an organisation says that it"
        " stands)",
        "current_at_date": "of an item no where it was taken out by the day",
        "confirmed": "of a year; no: its plans are to be confirmed, which is not “not started”",
        "from_source": "yes where the source names it, no where it was added later",
        "historical": "yes where its place does not exist any more",
        "taken_out_on": "when an item was taken out of the programme, for the reason in reason",
        "text": "what the source says; of a state, what was done",
        "status": "empty where nobody has said anything, which is not “not started”",
        "reason": "why it was taken out, stopped or replaced",
    },
    "catalogue.csv": {
        "kind": "recommendation (its wording), measure_rule (how its figure is judged), threshold (the mark that counts"
        " as enough), or guideline (a version that training is checked against)",
        "code": "of a guideline, the id under which rows of measures.csv name it",
        "answered_by": "kinds of organisation that the recommendation is addressed to",
    },
    "people.csv": {"person": "the number under which this person stands in the other files"},
    "omissions.csv": {
        "member": "what is not here; audit.jsonl# and a chain stand for texts of events of that chain",
        "reason": "missing, altered, redacted (removed for confidentiality) or withheld (not asked for)",
    },
}


def guide_html() -> str:
    """How to check, how to recompute, and what the columns mean."""
    return CHECKING + RECOMPUTING + _RULES + _columns("In several files", _EVERYWHERE) + _each_file()


def _each_file() -> str:
    found = "".join(_columns(name, _OF[name]) for name in COLUMNS if name in _OF)
    sums = {f"<measure>_{name}": recount for name, recount in MEASURE_CONTROLS.items()}
    return found + _columns(
        "control.csv: the figures, and how to count each again", {**CONTROL_FIGURES, **sums}
    )


def _columns(title: str, meanings: Mapping[str, str]) -> str:
    rows = "".join(
        f'<tr><th scope="row"><code>{html.escape(name)}</code></th><td>{html.escape(meaning)}</td></tr>\n'
        for name, meaning in meanings.items()
    )
    return f"<h3>{html.escape(title)}</h3>\n{table_html(title, ('Name', 'Meaning'), rows)}"


def table_html(name: str, heads: Sequence[str], rows: str, *, style: str = "wide") -> str:
    """A table that scrolls within its own frame where the screen is narrow, so that no word has to be broken."""
    head = "".join(f'<th scope="col">{html.escape(each)}</th>' for each in heads)
    table = f"<table>\n<thead>\n<tr>{head}</tr>\n</thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
    frame = f'<div class="{style}" tabindex="0" role="region" aria-label="{html.escape(name)}">'
    return f"{frame}\n{table}</div>\n"
