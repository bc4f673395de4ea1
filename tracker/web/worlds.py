"""What the address says of invented organisations, where there are real ones too."""

from flask import request


def asks_for_invented() -> bool:
    """Whether a list is asked for as it is for invented organisations, in its address or by its form."""
    return request.values.get("demonstration") == "1"
