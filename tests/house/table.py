"""Who may open which page: written by hand, never derived from the policy. A new endpoint is entered here first."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from tests.house.world import REC, RETIRED, Holding, World

# One letter for each of these, in this order.
PRINCIPALS = (
    "visitor", "disabled", "champion", "lead", "national", "auditor", "lapsed", "administrator",
)  # fmt: skip
# O: gets in, whatever the form then says. S: is sent to sign in. F: 403, may see but not do. N: 404, is as if absent.
OURS, THEIRS, CROSSED = "ours", "theirs", "crossed"


@dataclass(frozen=True)
class Group:
    """Expectations for a trust's own address, for the other trust's, and for ours with an id of theirs in it."""

    ours: str
    theirs: str | None = None
    crossed: str | None = None


#                        VDCLNAXM    VDCLNAXM    VDCLNAXM
PUBLIC = Group("OOOOOOOO")
ACCOUNT = Group("SSOOOOOO")
LIST = Group("SSOOOOFO")
SUMMARY = Group("SSFFOOFF")
PACKS = Group("SSFOOOFF")
PACK = Group("SSFOOOFF", "SSFNONFF")
AUDIT = Group("SSFFOOFO")
ADDING = Group("SSFFFFFO")
GUIDELINES = Group("SSFFOFFF")
KEEPING = Group("SSFFOFFF")
# A national body's own pages, or a network's: to people of a trust they are not there. Their own people are "body"
# and "network" in the world.
OF_BODY = Group("SSNNONNF")
FOR_BODY = Group("SSNNFNNF")
# What is published, for everybody with a role; the reviewers' queue.
PRACTICES = Group("SSOOOOFF")
REVIEWING = Group("SSFFOFFF")
PAGE = Group("SSOOOONF", "SSNNONNF")
ITEM = Group("SSOOOONF", "SSNNONNF", "SSNNNNNF")
# Rows that never leave their trust: to everybody else they are not there.
INSIDE = Group("SSOONNNF", "SSNNNNNF", "SSNNNNNF")
RECORDING = Group("SSOOFFNF", "SSNNFNNF")
CHANGING = Group("SSOOFFNF", "SSNNFNNF", "SSNNFFNF")
AGREEING = Group("SSFOFFNF", "SSNNFNNF")
FINDING = Group("SSFFOONF", "SSNNONNF")
PEOPLE = Group("SSFOFFFO")
PERSON = Group("SSFOFFFO", "SSFNFFFO")
CLOSING = Group("SSFFFFFO", "SSFNFFFO")
ROLE = Group("SSFOFFFO", "SSFNFFFO", "SSFNFFFN")

# endpoint: (method, address, permission or None for everybody, expectations)
O, R = "/organisations/{o}", "/organisations/{o}/recommendations/{r}"  # noqa: E741
B, W = "/organisations/{b}", "/organisations/{w}"
TABLE: dict[str, tuple[str, str, str | None, Group]] = {
    "static": ("GET", "/static/css/app.css", None, PUBLIC),
    "pages.home": ("GET", "/", None, PUBLIC),
    "pages.about": ("GET", "/about", None, PUBLIC),
    "pages.accessibility_statement": ("GET", "/accessibility-statement", None, PUBLIC),
    "pages.cookies": ("GET", "/cookies", None, PUBLIC),
    "pages.definitions": ("GET", "/definitions", None, PUBLIC),
    "pages.health": ("GET", "/health", None, PUBLIC),
    "pages.help": ("GET", "/help", None, PUBLIC),
    "pages.privacy": ("GET", "/privacy", None, PUBLIC),
    "pages.recommendations": ("GET", "/recommendations", None, PUBLIC),
    "pages.recommendation": ("GET", "/recommendations/{r}", None, PUBLIC),
    "pages.resource": ("GET", "/resources/{resource}", None, PUBLIC),
    "pages.gaps": ("GET", "/resources/gaps", None, PUBLIC),
    "pages.gaps_csv": ("GET", "/resources/gaps.csv", None, PUBLIC),
    "pages.robots": ("GET", "/robots.txt", None, PUBLIC),
    "pages.terms": ("GET", "/terms", None, PUBLIC),
    "accounts.sign_in": ("GET", "/sign-in", None, PUBLIC),
    "accounts.sign_in_post": ("POST", "/sign-in", None, PUBLIC),
    "accounts.sign_out": ("GET", "/sign-out", None, PUBLIC),
    "accounts.sign_out_post": ("POST", "/sign-out", None, PUBLIC),
    "accounts.link": ("GET", "/link/{link}", None, PUBLIC),
    "accounts.link_post": ("POST", "/link/{link}", None, PUBLIC),
    "accounts.account": ("GET", "/account", "account.own", ACCOUNT),
    "accounts.name": ("GET", "/account/name", "account.own", ACCOUNT),
    "accounts.name_post": ("POST", "/account/name", "account.own", ACCOUNT),
    "accounts.password": ("GET", "/account/password", "account.own", ACCOUNT),
    "accounts.password_post": ("POST", "/account/password", "account.own", ACCOUNT),
    "accounts.end_session": ("POST", "/account/sessions/end", "account.own", ACCOUNT),
    "accounts.end_other_sessions": ("POST", "/account/sessions/end-others", "account.own", ACCOUNT),
    "accounts.save_draft": ("POST", "/drafts", "account.own", ACCOUNT),
    "accounts.drop_draft": ("POST", "/drafts/discard", "account.own", ACCOUNT),
    "accounts.stay": ("POST", "/session/stay", "account.own", ACCOUNT),
    "accounts.people": ("GET", "/people", "people.list", PEOPLE),
    "accounts.invite": ("GET", "/people/invite", "people.manage", PEOPLE),
    "accounts.invite_post": ("POST", "/people/invite", "people.manage", PEOPLE),
    "accounts.person": ("GET", "/people/{p}", "people.list", PERSON),
    "accounts.give_link": ("GET", "/people/{p}/link", "people.manage", PERSON),
    "accounts.give_link_post": ("POST", "/people/{p}/link", "people.manage", PERSON),
    "accounts.close": ("GET", "/people/{p}/close", "people.manage", CLOSING),
    "accounts.close_post": ("POST", "/people/{p}/close", "people.manage", CLOSING),
    "accounts.reopen_post": ("POST", "/people/{p}/reopen", "people.manage", CLOSING),
    "accounts.add_role": ("GET", "/people/{p}/roles/new", "people.manage", PERSON),
    "accounts.add_role_post": ("POST", "/people/{p}/roles/new", "people.manage", PERSON),
    "accounts.change_role": ("GET", "/people/{p}/roles/{role}", "people.manage", ROLE),
    "accounts.change_role_post": ("POST", "/people/{p}/roles/{role}", "people.manage", ROLE),
    "accounts.withdraw_role": ("GET", "/people/{p}/roles/{role}/withdraw", "people.manage", ROLE),
    "accounts.withdraw_role_post": ("POST", "/people/{p}/roles/{role}/withdraw", "people.manage", ROLE),
    "organisations.index": ("GET", "/organisations", "organisation.list", LIST),
    "organisations.add": ("GET", "/organisations/add", "organisation.add", ADDING),
    "organisations.save": ("POST", "/organisations/add", "organisation.add", ADDING),
    "dashboard.organisation": ("GET", O, "organisation.view", PAGE),
    "dashboard.record": ("GET", R, "organisation.view", PAGE),
    "dashboard.trend": ("GET", f"{R}/trend.svg", "organisation.view", PAGE),
    "dashboard.history": ("GET", f"{O}/history", "history.view", PAGE),
    "dashboard.meeting": ("GET", f"{O}/meeting", "organisation.view", PAGE),
    "progress.edit": ("GET", f"{R}/progress", "progress.record", RECORDING),
    "progress.save": ("POST", f"{R}/progress", "progress.record", RECORDING),
    "progress.confirm": ("GET", f"{R}/progress/confirm", "progress.record", RECORDING),
    "progress.save_confirmation": ("POST", f"{R}/progress/confirm", "progress.record", RECORDING),
    "progress.confirm_several": ("GET", f"{O}/confirm", "progress.record", RECORDING),
    "progress.save_several": ("POST", f"{O}/confirm", "progress.record", RECORDING),
    "progress.agree": ("GET", f"{O}/agree", "progress.assure", AGREEING),
    "progress.save_agreed": ("POST", f"{O}/agree", "progress.assure", AGREEING),
    "progress.action_new": ("GET", f"{R}/actions/new", "progress.record", RECORDING),
    "progress.save_new_action": ("POST", f"{R}/actions/new", "progress.record", RECORDING),
    "progress.action_edit": ("GET", f"{R}/actions/{{a}}", "progress.record", CHANGING),
    "progress.save_action": ("POST", f"{R}/actions/{{a}}", "progress.record", CHANGING),
    "assurance.review": ("GET", f"{R}/finding", "finding.record", FINDING),
    "assurance.save": ("POST", f"{R}/finding", "finding.record", FINDING),
    "evidence.register": ("GET", f"{O}/evidence", "organisation.view", PAGE),
    "evidence.new": ("GET", f"{O}/evidence/new", "evidence.record", RECORDING),
    "evidence.create": ("POST", f"{O}/evidence/new", "evidence.record", RECORDING),
    "evidence.item": ("GET", f"{O}/evidence/{{i}}", "organisation.view", ITEM),
    "evidence.download": ("GET", f"{O}/evidence/{{i}}/files/1", "organisation.view", ITEM),
    "evidence.edit": ("GET", f"{O}/evidence/{{i}}/edit", "evidence.record", CHANGING),
    "evidence.save": ("POST", f"{O}/evidence/{{i}}/edit", "evidence.record", CHANGING),
    "evidence.add_files": ("GET", f"{O}/evidence/{{i}}/files", "evidence.record", CHANGING),
    "evidence.store_files": ("POST", f"{O}/evidence/{{i}}/files", "evidence.record", CHANGING),
    "evidence.withdraw": ("GET", f"{O}/evidence/{{i}}/withdraw", "evidence.record", CHANGING),
    "evidence.take_out_of_use": ("POST", f"{O}/evidence/{{i}}/withdraw", "evidence.record", CHANGING),
    "incidents.register": ("GET", f"{O}/incidents", "organisation.view", PAGE),
    "incidents.incident": ("GET", f"{O}/incidents/{{n}}", "organisation.view", INSIDE),
    "incidents.new": ("GET", f"{O}/incidents/new", "measures.record", RECORDING),
    "incidents.create": ("POST", f"{O}/incidents/new", "measures.record", RECORDING),
    "incidents.edit": ("GET", f"{O}/incidents/{{n}}/edit", "measures.record", CHANGING),
    "incidents.save": ("POST", f"{O}/incidents/{{n}}/edit", "measures.record", CHANGING),
    "incidents.loop": ("GET", f"{O}/incidents/{{n}}/loop", "measures.record", CHANGING),
    "incidents.save_loop": ("POST", f"{O}/incidents/{{n}}/loop", "measures.record", CHANGING),
    "incidents.remove": ("GET", f"{O}/incidents/{{n}}/remove", "measures.record", CHANGING),
    "incidents.take_out": ("POST", f"{O}/incidents/{{n}}/remove", "measures.record", CHANGING),
    "incidents.none": ("GET", f"{O}/incidents/none", "measures.record", RECORDING),
    "incidents.confirm_none": ("POST", f"{O}/incidents/none", "measures.record", RECORDING),
    "incidents.take_back": ("GET", f"{O}/incidents/none/{{z}}/take-back", "measures.record", CHANGING),
    "incidents.save_take_back": ("POST", f"{O}/incidents/none/{{z}}/take-back", "measures.record", CHANGING),
    "champions.index": ("GET", f"{O}/champions", "organisation.view", PAGE),
    "champions.decision": ("GET", f"{O}/champions/decision", "measures.record", RECORDING),
    "champions.save_decision": ("POST", f"{O}/champions/decision", "measures.record", RECORDING),
    "champions.model": ("GET", f"{O}/champions/model", "measures.record", RECORDING),
    "champions.save_model": ("POST", f"{O}/champions/model", "measures.record", RECORDING),
    "champions.new_department": ("GET", f"{O}/champions/departments/new", "measures.record", RECORDING),
    "champions.save_new_department": ("POST", f"{O}/champions/departments/new", "measures.record", RECORDING),
    "champions.edit_department": (
        "GET",
        f"{O}/champions/departments/{{department}}",
        "measures.record",
        CHANGING,
    ),
    "champions.save_department": (
        "POST",
        f"{O}/champions/departments/{{department}}",
        "measures.record",
        CHANGING,
    ),
    "champions.new_post": ("GET", f"{O}/champions/people/new", "measures.record", RECORDING),
    "champions.save_new_post": ("POST", f"{O}/champions/people/new", "measures.record", RECORDING),
    "champions.edit_post": ("GET", f"{O}/champions/people/{{post}}", "measures.record", CHANGING),
    "champions.save_post": ("POST", f"{O}/champions/people/{{post}}", "measures.record", CHANGING),
    "champions.new_review": ("GET", f"{O}/champions/reviews/new", "measures.record", RECORDING),
    "champions.save_new_review": ("POST", f"{O}/champions/reviews/new", "measures.record", RECORDING),
    "champions.edit_review": ("GET", f"{O}/champions/reviews/{{review}}", "measures.record", CHANGING),
    "champions.save_review": ("POST", f"{O}/champions/reviews/{{review}}", "measures.record", CHANGING),
    "champions.hand_over": ("GET", f"{O}/champions/hand-over", "measures.record", RECORDING),
    "champions.save_hand_over": ("POST", f"{O}/champions/hand-over", "measures.record", RECORDING),
    "champions.handed_over": ("GET", f"{O}/champions/hand-overs/{{handover}}", "organisation.view", ITEM),
    "champions.tick_handover": (
        "POST",
        f"{O}/champions/hand-overs/{{handover}}/done",
        "measures.record",
        CHANGING,
    ),
    "dashboard.handover": ("GET", f"{O}/champions/hand-over/print", "organisation.view", PAGE),
    "coverage.index": ("GET", f"{O}/coverage", "organisation.view", PAGE),
    "coverage.position": ("GET", f"{O}/coverage/{{c}}", "organisation.view", ITEM),
    "coverage.new": ("GET", f"{O}/coverage/new", "measures.record", RECORDING),
    "coverage.save_new": ("POST", f"{O}/coverage/new", "measures.record", RECORDING),
    "coverage.edit": ("GET", f"{O}/coverage/{{c}}/edit", "measures.record", CHANGING),
    "coverage.save": ("POST", f"{O}/coverage/{{c}}/edit", "measures.record", CHANGING),
    "coverage.withdraw": ("GET", f"{O}/coverage/{{c}}/withdraw", "measures.record", CHANGING),
    "coverage.take_out_of_use": ("POST", f"{O}/coverage/{{c}}/withdraw", "measures.record", CHANGING),
    "coverage.needs": ("GET", f"{O}/coverage/needs", "measures.record", RECORDING),
    "coverage.save_needs": ("POST", f"{O}/coverage/needs", "measures.record", RECORDING),
    "coverage.routes": ("GET", f"{O}/coverage/routes", "measures.record", RECORDING),
    "coverage.save_routes": ("POST", f"{O}/coverage/routes", "measures.record", RECORDING),
    "coverage.choose": ("GET", f"{O}/coverage/import", "measures.record", RECORDING),
    "coverage.read": ("POST", f"{O}/coverage/import", "measures.record", RECORDING),
    "coverage.ask": ("GET", f"{O}/coverage/ask", "measures.record", RECORDING),
    "coverage.counting_sheet": ("GET", f"{O}/coverage/counting-sheet.xlsx", "measures.record", RECORDING),
    "alignment.index": ("GET", f"{O}/alignment", "organisation.view", PAGE),
    "alignment.resource": ("GET", f"{O}/alignment/{{t}}", "organisation.view", ITEM),
    "alignment.new": ("GET", f"{O}/alignment/new", "measures.record", RECORDING),
    "alignment.create": ("POST", f"{O}/alignment/new", "measures.record", RECORDING),
    "alignment.choose": ("GET", f"{O}/alignment/import", "measures.record", RECORDING),
    "alignment.read": ("POST", f"{O}/alignment/import", "measures.record", RECORDING),
    "alignment.template": ("GET", f"{O}/alignment/list-of-training.xlsx", "measures.record", RECORDING),
    "alignment.edit": ("GET", f"{O}/alignment/{{t}}/edit", "measures.record", CHANGING),
    "alignment.save": ("POST", f"{O}/alignment/{{t}}/edit", "measures.record", CHANGING),
    "alignment.assess": ("GET", f"{O}/alignment/{{t}}/assess", "measures.record", CHANGING),
    "alignment.save_assessment": ("POST", f"{O}/alignment/{{t}}/assess", "measures.record", CHANGING),
    "alignment.withdraw": ("GET", f"{O}/alignment/{{t}}/withdraw", "measures.record", CHANGING),
    "alignment.take_out_of_use": ("POST", f"{O}/alignment/{{t}}/withdraw", "measures.record", CHANGING),
    "alignment.guidelines": ("GET", "/guidelines", "account.own", ACCOUNT),
    "alignment.new_guideline": ("GET", "/guidelines/new", "guidelines.manage", GUIDELINES),
    "alignment.create_guideline": ("POST", "/guidelines/new", "guidelines.manage", GUIDELINES),
    "alignment.edit_guideline": ("GET", "/guidelines/{g}", "guidelines.manage", GUIDELINES),
    "alignment.save_guideline": ("POST", "/guidelines/{g}", "guidelines.manage", GUIDELINES),
    "library.index": ("GET", "/resources", None, PUBLIC),
    "library.training": ("GET", "/training", None, PUBLIC),
    "library.training_csv": ("GET", "/training.csv", None, PUBLIC),
    "library.training_embed": ("GET", "/training/embed", None, PUBLIC),
    "library.new": ("GET", "/resources/new", "library.manage", GUIDELINES),
    "library.create": ("POST", "/resources/new", "library.manage", GUIDELINES),
    "library.edit": ("GET", "/resources/{resource}/edit", "library.manage", GUIDELINES),
    "library.save": ("POST", "/resources/{resource}/edit", "library.manage", GUIDELINES),
    "library.retire": ("GET", "/resources/{resource}/retire", "library.manage", GUIDELINES),
    "library.bring_back": ("GET", "/resources/{retired}/bring-back", "library.manage", GUIDELINES),
    "library.restore": ("POST", "/resources/{retired}/bring-back", "library.manage", GUIDELINES),
    "library.take_out_of_use": ("POST", "/resources/{resource}/retire", "library.manage", GUIDELINES),
    "library.funding": ("GET", "/resources/funding", None, PUBLIC),
    "library.edit_funding": ("GET", "/resources/{resource}/funding", "library.manage", GUIDELINES),
    "library.save_funding": ("POST", "/resources/{resource}/funding", "library.manage", GUIDELINES),
    "library.edit_body_funding": ("GET", f"{B}/funding/{{resource}}", "measures.record", FOR_BODY),
    "library.save_body_funding": ("POST", f"{B}/funding/{{resource}}", "measures.record", FOR_BODY),
    "library.shares": ("GET", f"{O}/shares", "organisation.view", PAGE),
    "library.shares_csv": ("GET", f"{O}/shares.csv", "organisation.view", PAGE),
    "library.share": ("GET", f"{O}/shares/{{share}}", "organisation.view", ITEM),
    "library.new_share": ("GET", f"{O}/shares/new", "measures.record", RECORDING),
    "library.create_share": ("POST", f"{O}/shares/new", "measures.record", RECORDING),
    "library.edit_share": ("GET", f"{O}/shares/{{share}}/edit", "measures.record", CHANGING),
    "library.save_share": ("POST", f"{O}/shares/{{share}}/edit", "measures.record", CHANGING),
    "library.mistake_share": ("GET", f"{O}/shares/{{share}}/mistaken", "measures.record", CHANGING),
    "library.save_mistaken_share": ("POST", f"{O}/shares/{{share}}/mistaken", "measures.record", CHANGING),
    "library.members": ("GET", f"{W}/members", "organisation.view", OF_BODY),
    "library.new_members": ("GET", f"{W}/members/new", "measures.record", FOR_BODY),
    "library.create_members": ("POST", f"{W}/members/new", "measures.record", FOR_BODY),
    "library.edit_member": ("GET", f"{W}/members/{{membership}}/edit", "measures.record", FOR_BODY),
    "library.save_member": ("POST", f"{W}/members/{{membership}}/edit", "measures.record", FOR_BODY),
    "library.mistake_member": ("GET", f"{W}/members/{{membership}}/mistaken", "measures.record", FOR_BODY),
    "library.save_mistaken_member": (
        "POST",
        f"{W}/members/{{membership}}/mistaken",
        "measures.record",
        FOR_BODY,
    ),
    "library.usage": ("GET", f"{O}/usage", "organisation.view", PAGE),
    "library.new_usage": ("GET", f"{O}/usage/new", "measures.record", RECORDING),
    "library.create_usage": ("POST", f"{O}/usage/new", "measures.record", RECORDING),
    "library.edit_usage": ("GET", f"{O}/usage/{{usage}}/edit", "measures.record", CHANGING),
    "library.save_usage": ("POST", f"{O}/usage/{{usage}}/edit", "measures.record", CHANGING),
    "library.mistake_usage": ("GET", f"{O}/usage/{{usage}}/mistaken", "measures.record", CHANGING),
    "library.save_mistaken_usage": ("POST", f"{O}/usage/{{usage}}/mistaken", "measures.record", CHANGING),
    "library.evaluations": ("GET", f"{O}/evaluations", "organisation.view", PAGE),
    "library.new_evaluation": ("GET", f"{O}/evaluations/new", "measures.record", RECORDING),
    "library.create_evaluation": ("POST", f"{O}/evaluations/new", "measures.record", RECORDING),
    "library.edit_evaluation": ("GET", f"{O}/evaluations/{{evaluation}}/edit", "measures.record", CHANGING),
    "library.save_evaluation": ("POST", f"{O}/evaluations/{{evaluation}}/edit", "measures.record", CHANGING),
    "library.mistake_evaluation": (
        "GET",
        f"{O}/evaluations/{{evaluation}}/mistaken",
        "measures.record",
        CHANGING,
    ),
    "library.save_mistaken_evaluation": (
        "POST",
        f"{O}/evaluations/{{evaluation}}/mistaken",
        "measures.record",
        CHANGING,
    ),
    "library.developments": ("GET", f"{O}/developments", "organisation.view", PAGE),
    "library.new_development": ("GET", f"{O}/developments/new", "measures.record", RECORDING),
    "library.create_development": ("POST", f"{O}/developments/new", "measures.record", RECORDING),
    "library.edit_development": (
        "GET",
        f"{O}/developments/{{development}}/edit",
        "measures.record",
        CHANGING,
    ),
    "library.save_development": (
        "POST",
        f"{O}/developments/{{development}}/edit",
        "measures.record",
        CHANGING,
    ),
    "library.mistake_development": (
        "GET",
        f"{O}/developments/{{development}}/mistaken",
        "measures.record",
        CHANGING,
    ),
    "library.save_mistaken_development": (
        "POST",
        f"{O}/developments/{{development}}/mistaken",
        "measures.record",
        CHANGING,
    ),
    "practice.index": ("GET", f"{O}/practice", "organisation.view", PAGE),
    "practice.own": ("GET", f"{O}/practice/{{practice}}", "organisation.view", ITEM),
    "practice.new": ("GET", f"{O}/practice/new", "measures.record", RECORDING),
    "practice.create": ("POST", f"{O}/practice/new", "measures.record", RECORDING),
    "practice.edit": ("GET", f"{O}/practice/{{practice}}/edit", "measures.record", CHANGING),
    "practice.save": ("POST", f"{O}/practice/{{practice}}/edit", "measures.record", CHANGING),
    "practice.send": ("POST", f"{O}/practice/{{practice}}/send", "measures.record", CHANGING),
    "practice.withdraw": ("GET", f"{O}/practice/{{practice}}/withdraw", "measures.record", CHANGING),
    "practice.take_out_of_use": ("POST", f"{O}/practice/{{practice}}/withdraw", "measures.record", CHANGING),
    "practice.queue": ("GET", "/practice/review", "practice.review", REVIEWING),
    "practice.look": ("GET", "/practice/review/{practice}", "practice.review", REVIEWING),
    "practice.decide": ("POST", "/practice/review/{practice}", "practice.review", REVIEWING),
    "practice.stop": ("GET", "/practice/{published}/stop", "practice.review", REVIEWING),
    "practice.stop_showing": ("POST", "/practice/{published}/stop", "practice.review", REVIEWING),
    "practice.published": ("GET", "/practice", "practice.view", PRACTICES),
    "practice.practice": ("GET", "/practice/{published}", "practice.view", PRACTICES),
    "practice.file": ("GET", "/practice/{published}/files/{shared}/1", "practice.view", PRACTICES),
    "practice.help_requests": ("GET", f"{O}/help-requests", "organisation.view", PAGE),
    "practice.ask": ("GET", f"{O}/help-requests/new", "measures.record", RECORDING),
    "practice.save_question": ("POST", f"{O}/help-requests/new", "measures.record", RECORDING),
    "practice.take_back": ("GET", f"{O}/help-requests/{{question}}/take-back", "measures.record", CHANGING),
    "practice.save_take_back": (
        "POST",
        f"{O}/help-requests/{{question}}/take-back",
        "measures.record",
        CHANGING,
    ),
    "practice.answer": ("GET", f"{B}/help-requests/{{question}}/answer", "measures.record", FOR_BODY),
    "practice.save_answer": ("POST", f"{B}/help-requests/{{question}}/answer", "measures.record", FOR_BODY),
    "programme.index": ("GET", "/programme", None, PUBLIC),
    "programme.item": ("GET", "/programme/2016-17-3", None, PUBLIC),
    "programme.new_year": ("GET", "/programme/new", "programme.manage", KEEPING),
    "programme.create_year": ("POST", "/programme/new", "programme.manage", KEEPING),
    "programme.edit_year": ("GET", "/programme/years/2018-19", "programme.manage", KEEPING),
    "programme.save_year": ("POST", "/programme/years/2018-19", "programme.manage", KEEPING),
    "programme.new_item": ("GET", "/programme/years/2018-19/new", "programme.manage", KEEPING),
    "programme.create_item": ("POST", "/programme/years/2018-19/new", "programme.manage", KEEPING),
    "programme.edit_item": ("GET", "/programme/2018-19-1/edit", "programme.manage", KEEPING),
    "programme.save_item": ("POST", "/programme/2018-19-1/edit", "programme.manage", KEEPING),
    "programme.ask_take_out": ("GET", "/programme/2018-19-1/take-out", "programme.manage", KEEPING),
    "programme.take_out": ("POST", "/programme/2018-19-1/take-out", "programme.manage", KEEPING),
    "programme.states": ("GET", f"{B}/programme", "organisation.view", OF_BODY),
    "programme.state": ("GET", f"{B}/programme/2016-17-3", "organisation.view", OF_BODY),
    "programme.edit_state": ("GET", f"{B}/programme/2016-17-3/record", "progress.record", FOR_BODY),
    "programme.save_state": ("POST", f"{B}/programme/2016-17-3/record", "progress.record", FOR_BODY),
    "questions.index": ("GET", f"{O}/questions", "organisation.view", PAGE),
    "questions.recommendation": ("GET", f"{O}/questions/SEP16-13", "organisation.view", PAGE),
    "questions.save": ("POST", f"{O}/questions/SEP16-13", "measures.record", RECORDING),
    "summary.index": ("GET", "/summary", "summary.view", SUMMARY),
    "summary.answered": ("GET", "/summary/answered", "summary.view", SUMMARY),
    "summary.csv": ("GET", "/summary.csv", "summary.view", SUMMARY),
    "summary.dissemination": ("GET", "/dissemination", "summary.view", SUMMARY),
    "summary.not_reached": ("GET", "/dissemination/not-reached", "summary.view", SUMMARY),
    "summary.not_reached_csv": ("GET", "/dissemination/not-reached.csv", "summary.view", SUMMARY),
    "summary.dissemination_csv": ("GET", "/dissemination.csv", "summary.view", SUMMARY),
    "summary.dissemination_shares_csv": ("GET", "/dissemination/shares.csv", "summary.view", SUMMARY),
    "summary.responders": ("GET", "/summary/responders", "summary.view", SUMMARY),
    "summary.responders_csv": ("GET", "/summary/responders.csv", "summary.view", SUMMARY),
    "summary.responders_names": (
        "GET",
        "/summary/responders/names?of=nhs_trust&recommendation=SEP16-09",
        "summary.view",
        SUMMARY,
    ),
    "exports.index": ("GET", "/exports", "export.make", PACKS),
    "exports.preview": ("GET", "/exports/preview", "export.make", PACKS),
    "exports.save": ("POST", "/exports", "export.make", PACKS),
    "exports.ready": ("GET", "/exports/{k}/ready", "export.make", PACK),
    "exports.download": ("GET", "/exports/{k}", "export.make", PACK),
    "audit.index": ("GET", "/audit", "audit.view", AUDIT),
}
GETS = sorted(name for name, row in TABLE.items() if row[0] == "GET")
POSTS = sorted(name for name, row in TABLE.items() if row[0] == "POST")


def address(
    world: World, endpoint: str, whose: str = OURS, *, person: tuple[UUID, UUID] | None = None
) -> str:
    """The address of an endpoint: in ours, in theirs, or in ours with an id of theirs. `person`: her id and role's."""
    place = world.theirs if whose == THEIRS else world.ours
    within = world.theirs if whose in (THEIRS, CROSSED) else world.ours
    who, role = person or _people(world, whose, place, within, TABLE[endpoint][1])
    named = {
        "o": place.organisation.code, "b": world.body, "w": world.network, "membership": world.membership,
        "r": REC, "i": within.item, "a": within.action, "k": within.pack,
        "n": within.incident, "z": within.nil, "t": within.training, "g": world.guideline, "c": within.numbers,
        **within.champions, **within.library, **within.practice, "resource": world.resource, "retired": RETIRED,
        "published": world.published, "shared": world.ours.item,
        "link": world.link, "p": who, "role": role,
    }  # fmt: skip
    return TABLE[endpoint][1].format(**named)


def _people(
    world: World, whose: str, place: Holding, within: Holding, path: str
) -> tuple[UUID | None, UUID | None]:
    if "{p}" not in path:
        return None, None
    who, role = world.spare(place)
    return who, world.spare(within)[1] if whose == CROSSED else role
