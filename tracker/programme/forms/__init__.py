"""The forms of the programme: years, items, and where an item stands."""

from tracker.programme.forms.keeping import ItemForm, SourceItemForm, TakeOutForm, YearForm
from tracker.programme.forms.standing import StateForm

__all__ = ["ItemForm", "SourceItemForm", "StateForm", "TakeOutForm", "YearForm"]
