"""Tables of the library: guidelines, the national resources, organisations' own lists, shares, usage, evaluations."""

from tracker.library.models.developing import Development
from tracker.library.models.lists import Guideline, Resource
from tracker.library.models.national import LinkCheck, NationalResource
from tracker.library.models.sharing import NetworkMember, Share, ShareMember
from tracker.library.models.using import Evaluation, Usage

__all__ = [
    "Development", "Evaluation", "Guideline", "LinkCheck", "NationalResource", "NetworkMember", "Resource", "Share",
    "ShareMember", "Usage",
]  # fmt: skip
