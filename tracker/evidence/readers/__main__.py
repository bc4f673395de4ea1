"""The child process that opens one uploaded file: started by path, with nothing of the application in it."""

import sys
from pathlib import Path
from types import ModuleType


def _stand_in_for_the_application() -> None:
    # `import tracker` would load the web framework, which a child that lives half a second neither needs
    # nor should hold: an empty package with the same folder serves the few pure modules it uses.
    folder = Path(__file__).resolve().parents[2]
    package = ModuleType("tracker")
    package.__path__ = [str(folder)]
    sys.modules["tracker"] = package


if __name__ == "__main__":
    _stand_in_for_the_application()
    from tracker.evidence.readers import inspection

    inspection.main(sys.argv[1])
