"""Copies the compiled NHS design system from npm into static/nhsuk/<version>/; holds no other build step.

Run `python scripts/vendor_nhsuk.py` after changing VERSION, then change the two addresses that name the
version: `NHSUK_VERSION` in tracker/web/components.py and the import at the top of static/js/app.js. It goes
with the version of nhsuk-frontend-jinja in requirements.in, whose macros write the HTML that this expects.
"""

import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

VERSION = "10.6.1"
ROOT = Path(__file__).resolve().parent.parent
FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
SOURCE_MAP = re.compile(r"\s*(?:/\*|//)# sourceMappingURL=\S+(?:\s*\*/)?\s*$")
UNEXPECTED = "Nothing was found to change: has the package changed its shape?"


def main() -> None:
    target = ROOT / "static" / "nhsuk" / VERSION
    with tempfile.TemporaryDirectory() as scratch:
        compiled = fetch(Path(scratch)) / "dist" / "nhsuk"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(compiled / "assets" / "images", target / "images")
        shutil.copy2(compiled / "assets" / "manifest.json", target / "manifest.json")
        for name, clean in (("nhsuk-frontend.min.css", clean_css), ("nhsuk-frontend.min.js", clean_js)):
            text = clean((compiled / name).read_text(encoding="utf-8"))
            (target / name).write_text(text, encoding="utf-8")
    size = sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
    print(f"static/nhsuk/{VERSION}: {size // 1024} KB")


def fetch(scratch: Path) -> Path:
    """Download and unpack the package; npm checks it against the registry's digest."""
    subprocess.run(
        ["npm", "pack", "--silent", f"nhsuk-frontend@{VERSION}"],
        cwd=scratch,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    with tarfile.open(scratch / f"nhsuk-frontend-{VERSION}.tgz") as package:
        package.extractall(scratch, filter="data")
    return scratch / "package"


def clean_css(css: str) -> str:
    """Relative addresses for the icons, no fonts from a remote host, no source map that is not shipped."""
    if len(FONT_FACE.findall(css)) != 2 or "url(/assets/images/" not in css:
        raise SystemExit(UNEXPECTED)
    css = FONT_FACE.sub("", css).replace("url(/assets/images/", "url(images/")
    css = SOURCE_MAP.sub("", css)
    if "http" in re.sub(r"http://www\.w3\.org/\S+", "", css):
        raise SystemExit("The stylesheet still names another host.")
    return css + "\n"


def clean_js(script: str) -> str:
    """The file is an ES module as it comes (`export {…}` at its end); only the source map line goes."""
    if "export{" not in script:
        raise SystemExit("The script is not an ES module: static/js/app.js imports it as one.")
    return SOURCE_MAP.sub("", script) + "\n"


if __name__ == "__main__":
    main()
