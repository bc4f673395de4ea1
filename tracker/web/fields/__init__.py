"""WTForms fields that draw themselves with the NHS design system and show again whatever was typed."""

from tracker.web.fields.base import NHSField, NHSHidden, Required
from tracker.web.fields.choices import Item, NHSCheckboxes, NHSRadios, NHSSelect, NHSTick
from tracker.web.fields.dates import NHSDateField
from tracker.web.fields.files import NHSFiles
from tracker.web.fields.form import KeyedForm, NHSForm, VersionedForm, version_number
from tracker.web.fields.looking import LookedForm, looked_tick
from tracker.web.fields.months import NHSMonthField
from tracker.web.fields.text import NHSEmailField, NHSPasswordField, NHSTextArea, NHSTextField, NHSWholeNumber

__all__ = [
    "Item",
    "KeyedForm",
    "LookedForm",
    "NHSCheckboxes",
    "NHSDateField",
    "NHSEmailField",
    "NHSField",
    "NHSFiles",
    "NHSForm",
    "NHSHidden",
    "NHSMonthField",
    "NHSPasswordField",
    "NHSRadios",
    "NHSSelect",
    "NHSTextArea",
    "NHSTextField",
    "NHSTick",
    "NHSWholeNumber",
    "Required",
    "VersionedForm",
    "looked_tick",
    "version_number",
]
