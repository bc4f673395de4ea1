"""The child process that opens one spreadsheet: started by path, with nothing of the application in it."""

import json
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

READERS = {"csv": "plain", "xlsx": "workbook"}


def _stand_in_for_the_application() -> None:
    # `import tracker` would load the web framework: an empty package with the same folder serves what is used here.
    package = ModuleType("tracker")
    package.__path__ = [str(Path(__file__).resolve().parents[1])]
    sys.modules["tracker"] = package


def main(request: str) -> None:
    """Bind itself, read, answer in JSON."""
    from tracker import sandbox
    from tracker.errors import RuleBroken

    given = json.loads(request)
    path = Path(given["path"])
    sandbox.bind()
    try:
        # Only the parser that this file needs is loaded.
        reader = import_module(f"tracker.spreadsheets.{READERS[given['extension']]}")
        answer = {"problem": "", "sheets": reader.read(path)}
    except RuleBroken as broken:
        answer = {"problem": str(broken), "sheets": []}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    _stand_in_for_the_application()
    main(sys.argv[1])
