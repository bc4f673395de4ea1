"""Reading good practice: one's own in scope, what is published for everybody who may look, help asked."""

from tracker.evidence.models import EvidenceFile as EvidenceFile
from tracker.practice.models import HelpRequest as HelpRequest
from tracker.practice.models import Practice as Practice
from tracker.practice.models import PracticeUse as PracticeUse
from tracker.practice.queries.figures import Counts, counts_of, help_waiting, list_proven
from tracker.practice.queries.helping import (
    ANSWER,
    Asked,
    get_asked,
    get_received,
    is_demonstration,
    is_national_body,
    list_answering,
    list_asked,
    list_received,
    list_unread,
    without_read,
)
from tracker.practice.queries.own import (
    count_sent,
    get_practice,
    get_sent,
    list_practices,
    list_published_of,
    list_returned,
    list_sent,
    list_shareable,
    list_uses_of,
    list_versions,
    names_of,
    shared_items,
    was_looked_at,
)
from tracker.practice.queries.published import (
    Body,
    Credit,
    PracticeFilter,
    Published,
    bodies_by_id,
    count_published,
    count_users_of,
    get_published,
    get_shared_file,
    list_credits,
    list_own_bodies,
    list_published,
    list_users,
    list_uses,
)
from tracker.practice.queries.using import get_read, list_read

__all__ = [
    "ANSWER", "Asked", "Body", "Counts", "Credit", "PracticeFilter", "Published", "bodies_by_id", "count_published",
    "count_sent", "count_users_of", "counts_of", "get_asked", "get_practice", "get_published", "get_read",
    "get_received", "get_sent", "get_shared_file", "help_waiting", "is_demonstration", "is_national_body",
    "list_answering", "list_asked", "list_credits", "list_own_bodies", "list_practices",
    "list_proven", "list_published", "list_published_of", "list_read", "list_received", "list_returned",
    "list_sent", "list_shareable", "list_unread", "list_users", "list_uses", "list_uses_of", "list_versions",
    "names_of", "shared_items", "was_looked_at", "without_read",
]  # fmt: skip
