"""Uploaded files: sound ones pass, awkward and hostile ones are refused in words, identifiers are found."""

import io
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from zlib import crc32

import pytest
from fpdf import FPDF
from openpyxl import Workbook
from openpyxl.comments import Comment
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from tracker import sandbox
from tracker.errors import RuleBroken
from tracker.evidence import readers
from tracker.evidence.readers import CheckedFile, check_content
from tracker.evidence.rules import CONTENT_TYPES, Limits

NUMBER = "943 476 5919"
MASKED = ("943 …",)
LIMITS = Limits()

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
OFFICE = 'xmlns:office="urn:office" xmlns:text="urn:text" xmlns:xlink="urn:xlink" xmlns:draw="urn:draw"'

Members = dict[str, bytes | str]


def zipped(members: Members, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members.items():
            stored = zipfile.ZIP_STORED if name == "mimetype" else compression
            archive.writestr(name, content, compress_type=stored)
    return buffer.getvalue()


def word_members(
    body: str = "<w:p><w:r><w:t>Policy</w:t></w:r></w:p>", content_type: str = WORD_TYPE
) -> Members:
    override = f'<Override PartName="/word/document.xml" ContentType="{content_type}"/>'
    return {
        "[Content_Types].xml": f"<Types>{override}</Types>",
        "_rels/.rels": f'<Relationships><Relationship Id="r1" Type="{RELS}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<?xml version="1.0"?><w:document {W}><w:body>{body}</w:body></w:document>',
    }


def external(kind: str, target: str = "https://example.org/x") -> str:
    return (
        f'<Relationships><Relationship Id="r1" Type="{RELS}/{kind}" Target="{target}" '
        'TargetMode="External"/></Relationships>'
    )


def slides_members(text: str = "Sepsis six") -> Members:
    return {
        "[Content_Types].xml": "<Types/>",
        "ppt/presentation.xml": "<p:presentation xmlns:p='urn:p'/>",
        "ppt/slides/slide1.xml": f"<p:sld xmlns:p='urn:p' xmlns:a='urn:a'><a:p><a:t>{text}</a:t></a:p></p:sld>",
    }


def open_document_members(extension: str, body: str = "<text:p>Policy</text:p>") -> Members:
    return {
        "mimetype": CONTENT_TYPES[extension],
        "META-INF/manifest.xml": "<m:manifest xmlns:m='urn:m'/>",
        "content.xml": f"<office:document {OFFICE}><office:scripts/>{body}</office:document>",
        "Thumbnails/thumbnail.png": b"\x89PNG\r\n\x1a\n",
    }


def workbook(*rows: list[object], comment: str | None = None) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if comment:
        sheet["A1"].comment = Comment(comment, "A colleague")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def pdf(*pages: str, title: str = "") -> bytes:
    document = FPDF()
    document.set_font("Helvetica", size=12)
    document.set_title(title)
    for page in pages:
        document.add_page()
        document.multi_cell(0, 6, text=page)
    return bytes(document.output())


def pdf_with(change: Callable[[PdfWriter], object]) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("Policy"))))
    change(writer)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def picture(kind: str, size: tuple[int, int] = (20, 10)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "white").save(buffer, kind)
    return buffer.getvalue()


class Checker:
    """Writes bytes under a name of its own, as an upload lies in incoming/, and checks them."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "upload.part"

    def __call__(self, name: str, content: bytes, limits: Limits = LIMITS) -> CheckedFile:
        self._path.write_bytes(content)
        return check_content(self._path, name, limits)

    def refusal(self, name: str, content: bytes, limits: Limits = LIMITS) -> str:
        with pytest.raises(RuleBroken) as broken:
            self(name, content, limits)
        ((field, message),) = broken.value.problems
        assert field == "files"
        assert name in message
        return message


@pytest.fixture
def check(tmp_path: Path) -> Checker:
    return Checker(tmp_path)


SOUND: dict[str, Callable[[], bytes]] = {
    "policy.pdf": lambda: pdf("Sepsis policy", "Second page"),
    "policy.docx": lambda: zipped(word_members()),
    "staff.xlsx": lambda: workbook(["Ward", "In post", "In date"], ["Ward 7", 45, 0.8534567891]),
    "slides.pptx": lambda: zipped(slides_members()),
    "policy.odt": lambda: zipped(open_document_members("odt")),
    "staff.ods": lambda: zipped(open_document_members("ods")),
    "staff.csv": lambda: "Ward,In post\r\nWard 7,45\r\n".encode("utf-8-sig"),
    "notes.txt": "Größe: 5 – ½".encode,
    "rota.png": lambda: picture("PNG"),
    "rota.JPEG": lambda: picture("JPEG"),
}


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_file_passes(check: Checker, name: str) -> None:
    content = SOUND[name]()
    checked = check(name, content)
    assert checked.extension == name.rpartition(".")[2].lower().replace("jpeg", "jpg")
    assert checked.content_type == CONTENT_TYPES[checked.extension]
    assert checked.size == len(content)
    assert checked.text_identifiers == ()


# --- the outside of a file ------------------------------------------------------------------------------------


def test_an_empty_file(check: Checker) -> None:
    assert "is empty" in check.refusal("policy.pdf", b"")


def test_a_file_over_the_limit(check: Checker) -> None:
    assert "larger than 1 KB" in check.refusal("notes.txt", b"x" * 2000, Limits(file_bytes=1024))


@pytest.mark.parametrize("name", ["run.exe", "old.doc", "macro.docm", "page.html", "none"])
def test_a_type_not_on_the_list(check: Checker, name: str) -> None:
    assert "PDF, Word (docx), Excel (xlsx)" in check.refusal(name, b"anything")


TEXTS = {"staff.csv", "notes.txt"}
MISMATCHES = [
    (name, claimed) for name in SOUND for claimed in SOUND if name != claimed and {name, claimed} != TEXTS
]


@pytest.mark.parametrize("name, claimed", MISMATCHES)
def test_every_type_under_the_name_of_every_other(check: Checker, name: str, claimed: str) -> None:
    assert check.refusal(claimed, SOUND[name]())


def test_the_refusal_says_what_the_file_is(check: Checker) -> None:
    assert "is a PNG picture, and the name ends in .pdf" in check.refusal("rota.pdf", picture("PNG"))
    assert "is a PDF" in check.refusal("rota.csv", pdf("x"))


def test_office_with_a_password_or_of_the_old_kind(check: Checker) -> None:
    assert "protected by a password" in check.refusal(
        "staff.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    )


@pytest.mark.parametrize(
    "content", [b"a\0b", bytes(range(256)), "Ward 7".encode("utf-16-le"), b"\xff\xfe\0\0a\0\0\0"]
)
def test_a_text_that_is_none(check: Checker, content: bytes) -> None:
    assert "Save it again as UTF-8" in check.refusal("notes.txt", content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_the_encodings_that_offices_write(check: Checker, encoding: str) -> None:
    assert check("notes.txt", f"Café £5\nNHS {NUMBER}".encode(encoding)).text_identifiers == MASKED


# --- containers -----------------------------------------------------------------------------------------------


def test_a_missing_part(check: Checker) -> None:
    members = word_members()
    del members["word/document.xml"]
    assert "not of the type" in check.refusal("policy.docx", zipped(members))


def test_a_cut_off_container(check: Checker) -> None:
    assert "damaged" in check.refusal("policy.docx", zipped(word_members())[:-40])


def test_a_wrong_checksum(check: Checker) -> None:
    content = bytearray(zipped(word_members(), zipfile.ZIP_STORED))
    content[content.index(b"Policy")] ^= 1
    assert "damaged" in check.refusal("policy.docx", bytes(content))


@pytest.mark.parametrize("size", [30_000_000, 900_000])
def test_a_bomb(check: Checker, size: int) -> None:
    bomb = zipped({**word_members(), "word/media/image1.bmp": b"\0" * size})
    assert "unpacks to far more" in check.refusal("policy.docx", bomb)


def test_a_bomb_that_lies_about_its_size(check: Checker) -> None:
    content = bytearray(zipped({**word_members(), "word/media/image1.bmp": b"\0" * 30_000_000}))
    content = content.replace(struct.pack("<I", 30_000_000), struct.pack("<I", 30))
    assert check.refusal("policy.docx", bytes(content))


def test_more_than_the_limit_unpacked(check: Checker) -> None:
    limits = Limits(container_bytes=100_000)
    content = zipped({**word_members(), "word/media/image1.bmp": bytes(range(256)) * 600}, zipfile.ZIP_STORED)
    assert "unpacks to far more" in check.refusal("policy.docx", content, limits)


def test_too_many_members(check: Checker) -> None:
    many: Members = {f"word/media/{number}.bin": b"x" for number in range(2000)}
    assert "unpacks to far more" in check.refusal("policy.docx", zipped({**word_members(), **many}))


@pytest.mark.parametrize("name", ["../x.xml", "/etc/x", "word/../../x", "C:/x", "word\\x.xml", "./x", "a//b"])
def test_a_path_out_of_the_container(check: Checker, name: str) -> None:
    assert "put together in a way" in check.refusal("policy.docx", zipped({**word_members(), name: b"x"}))


def test_two_members_of_one_name(check: Checker) -> None:
    content = zipped({**word_members(), "WORD/document.xml": b"<x/>"})
    assert "put together in a way" in check.refusal("policy.docx", content)


def test_a_link_in_a_container(check: Checker) -> None:
    buffer = io.BytesIO(zipped(word_members()))
    with zipfile.ZipFile(buffer, "a") as archive:
        link = zipfile.ZipInfo("word/media/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert "put together in a way" in check.refusal("policy.docx", buffer.getvalue())


def test_something_before_the_first_member(check: Checker) -> None:
    content = zipped({"first.txt": "x"}) + zipped(word_members())
    assert "put together in a way" in check.refusal("policy.docx", content)


def test_a_member_with_a_password(check: Checker) -> None:
    content = bytearray(zipped(word_members()))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(magic) + offset] |= 1
    assert "protected by a password" in check.refusal("policy.docx", bytes(content))


@pytest.mark.parametrize(
    "inner",
    [zipped({"a.txt": "x"}), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1..", b"7z\xbc\xaf\x27\x1c", b"MZ\x90\0"],
)
def test_a_file_inside_a_file(check: Checker, inner: bytes) -> None:
    content = zipped({**word_members(), "word/embeddings/sheet1.xlsx": inner})
    assert "another file inside it (sheet1.xlsx)" in check.refusal("policy.docx", content)


MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"


@pytest.mark.parametrize(
    "members",
    [
        word_members(content_type=MACRO_TYPE),
        {**word_members(), "word/vbaProject.bin": b"x"},
        {**word_members(), "word/other/VBAPROJECT.BIN": b"x"},
        word_members(content_type="application/vnd.ms-excel.macrosheet+xml"),
    ],
)
def test_macros_under_a_name_without(check: Checker, members: Members) -> None:
    assert "holds macros" in check.refusal("policy.docx", zipped(members))


@pytest.mark.parametrize(
    "kind", ["attachedTemplate", "image", "oleObject", "externalLink", "not/a/hyperlink"]
)
def test_what_is_fetched_from_outside(check: Checker, kind: str) -> None:
    content = zipped({**word_members(), "word/_rels/document.xml.rels": external(kind)})
    assert "fetches something" in check.refusal("policy.docx", content)


def test_a_hyperlink_is_welcome_unless_it_names_a_patient(check: Checker) -> None:
    for target, found in (
        ("https://www.nice.org.uk/guidance/ng51", ()),
        ("file:///notes/943-476-5919.pdf", MASKED),
    ):
        content = zipped({**word_members(), "word/_rels/document.xml.rels": external("hyperlink", target)})
        assert check("policy.docx", content).text_identifiers == found


@pytest.mark.parametrize(
    "body",
    [
        "<w:p><w:r><w:instrText>DDEAUTO c:\\\\windows\\\\cmd.exe</w:instrText></w:r></w:p>",
        "<w:p><w:r><w:instrText>DD</w:instrText></w:r><w:r><w:instrText>E cmd</w:instrText></w:r></w:p>",
        '<w:p><w:fldSimple w:instr=" DDE cmd x"/></w:p>',
    ],
)
def test_data_exchange(check: Checker, body: str) -> None:
    assert "fetches something" in check.refusal("policy.docx", zipped(word_members(body)))


@pytest.mark.parametrize(
    "prologue",
    [
        '<!DOCTYPE x SYSTEM "https://example.org/x.dtd">',
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entities(check: Checker, prologue: str) -> None:
    content = zipped({**word_members(), "word/comments.xml": f"{prologue}<x>1</x>"})
    assert "put together in a way" in check.refusal("policy.docx", content)


def test_markup_that_does_not_parse(check: Checker) -> None:
    assert "damaged" in check.refusal("policy.docx", zipped(word_members("<w:p>")))


def test_an_open_document_whose_type_comes_late_or_packed(check: Checker) -> None:
    members = open_document_members("odt")
    late = {name: members[name] for name in ("content.xml", "mimetype", "META-INF/manifest.xml")}
    assert "put together in a way" in check.refusal("policy.odt", zipped(late))
    assert "not of the type" in check.refusal("policy.ods", zipped(members))


@pytest.mark.parametrize(
    "change, words",
    [
        ({"Basic/Standard/Module1.xml": "<x/>"}, "holds macros"),
        ({"Scripts/python/x.py": "x"}, "holds macros"),
        ({"styles.xml": "<s:event-listener xmlns:s='urn:s'/>"}, "holds macros"),
        ({"META-INF/manifest.xml": "<m:encryption-data xmlns:m='urn:m'/>"}, "protected by a password"),
        (
            {"styles.xml": f"<draw:image {OFFICE} xlink:href='https://example.org/a.png'/>"},
            "fetches something",
        ),
        ({"styles.xml": f"<draw:image {OFFICE} xlink:href='../../a.png'/>"}, "fetches something"),
        ({"styles.xml": "<office:dde-source xmlns:office='urn:o'/>"}, "fetches something"),
    ],
)
def test_what_an_open_document_may_not_hold(check: Checker, change: Members, words: str) -> None:
    assert words in check.refusal("policy.odt", zipped({**open_document_members("odt"), **change}))


def test_a_link_and_a_picture_in_an_open_document(check: Checker) -> None:
    body = "<text:a xlink:href='https://example.org'>x</text:a><draw:image xlink:href='Pictures/1.png'/>"
    assert check("policy.odt", zipped(open_document_members("odt", body))).text_identifiers == ()


# --- PDF ------------------------------------------------------------------------------------------------------


def test_a_pdf_with_a_password(check: Checker) -> None:
    for password in ("secret", ""):
        content = pdf_with(partial(PdfWriter.encrypt, user_password=password, owner_password="owner"))
        assert "Save it without a password" in check.refusal("policy.pdf", content)


def on_opening(action: str, key: str, value: str) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        does = {NameObject("/S"): NameObject(action), NameObject(key): TextStringObject(value)}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(does)

    return change


SCRIPT = on_opening("/JavaScript", "/JS", "app.alert('x')")


def attach(writer: PdfWriter) -> None:
    writer.add_attachment("notes.txt", b"x")


def comment(writer: PdfWriter) -> None:
    note = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Text"),
            NameObject("/Contents"): TextStringObject(f"see {NUMBER}"),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])


@pytest.mark.parametrize(
    "change, words",
    [
        (SCRIPT, "does something by itself"),
        (on_opening("/Launch", "/F", "cmd.exe"), "does something by itself"),
        (attach, "other files inside"),
    ],
)
def test_a_pdf_that_acts_or_carries(
    check: Checker, change: Callable[[PdfWriter], object], words: str
) -> None:
    assert words in check.refusal("policy.pdf", pdf_with(change))


def test_a_script_whose_name_is_written_in_hex(check: Checker) -> None:
    content = pdf_with(SCRIPT)
    disguised = content.replace(b"/S /JavaScript", b"/S /J#61vaScript").replace(b"/JS ", b"/J#53 ")
    assert b"/JS " not in disguised
    assert "does something by itself" in check.refusal("policy.pdf", disguised)


def test_a_damaged_pdf(check: Checker) -> None:
    assert "damaged" in check.refusal("policy.pdf", b"%PDF-1.7\nnot much else")


def test_a_long_pdf_is_read_by_one_child_after_another(
    check: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: list[int] = []
    ask = readers._ask_child

    def first_page_only(path: Path, extension: str, place: int, limits: Limits) -> readers._Answer:
        places.append(place)
        answer = ask(path, extension, place, limits)
        return answer if place else readers._Answer(None, answer.identifiers, 1)

    monkeypatch.setattr(readers, "_ask_child", first_page_only)
    assert check("policy.pdf", pdf("One", NUMBER)).text_identifiers == MASKED
    assert places == [0, 1]


def test_a_text_without_end_is_refused(check: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "_ask_child", lambda *_: readers._Answer(None, (), 1))
    assert "too long to be checked" in check.refusal("policy.pdf", pdf("One"))


# --- pictures -------------------------------------------------------------------------------------------------


def test_a_damaged_picture(check: Checker) -> None:
    content = bytearray(picture("PNG"))
    content[40] ^= 1
    assert "damaged" in check.refusal("rota.png", bytes(content))


def test_a_picture_of_too_many_points(check: Checker) -> None:
    header = struct.pack(">II", 60_000, 60_000) + b"\x08\x02\0\0\0"
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IEND", b"")
    assert "million points" in check.refusal("rota.png", content)


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc32(kind + content))


# --- identifiers ----------------------------------------------------------------------------------------------

SPLIT = (
    "<w:p><w:r><w:t>943 4</w:t></w:r><w:ins><w:r><w:t>76 59</w:t></w:r></w:ins><w:r><w:t>19</w:t></w:r></w:p>"
)
NAMING: dict[str, Callable[[], bytes]] = {
    "in its name 943-476-5919.txt": lambda: b"nothing inside",
    "a.txt": f"Ward 7\n{NUMBER}".encode,
    "a.csv": f"Ward,No\n7,{NUMBER}\n".encode,
    "semicolons.csv": lambda: b'Ward;No\r\n7;"9434765919";8\r\n',
    "a.docx": lambda: zipped(word_members(f"<w:p><w:r><w:t>Patient {NUMBER}</w:t></w:r></w:p>")),
    "runs.docx": lambda: zipped(word_members(SPLIT)),
    "tab.docx": lambda: zipped(
        word_members(
            "<w:p><w:r><w:t>943</w:t><w:tab/><w:t>476</w:t><w:noBreakHyphen/><w:t>5919</w:t></w:r></w:p>"
        )
    ),
    "deleted.docx": lambda: zipped(
        word_members(f"<w:p><w:del><w:delText>{NUMBER}</w:delText></w:del></w:p>")
    ),
    "header.docx": lambda: zipped({**word_members(), "word/header1.xml": f"<h {W}><w:p>{NUMBER}</w:p></h>"}),
    "alt.docx": lambda: zipped(word_members(f'<w:p><docPr descr="Scan of {NUMBER}"/></w:p>')),
    "property.docx": lambda: zipped(
        {**word_members(), "docProps/core.xml": f"<c xmlns:dc='urn:dc'><dc:title>{NUMBER}</dc:title></c>"}
    ),
    "text.xlsx": lambda: workbook(["Patient", NUMBER]),
    "number.xlsx": lambda: workbook(["Patient", 9434765919]),
    "comment.xlsx": lambda: workbook(["Patient"], comment=f"see {NUMBER}"),
    "a.pptx": lambda: zipped(slides_members(NUMBER)),
    "a.odt": lambda: zipped(
        open_document_members("odt", "<text:p>943<text:s/><text:span>476</text:span> 5919</text:p>")
    ),
    "a.ods": lambda: zipped(open_document_members("ods", f"<text:p>{NUMBER}</text:p>")),
    "a.pdf": lambda: pdf("Policy", f"Patient {NUMBER}"),
    "title.pdf": lambda: pdf("Policy", title=f"Notes of {NUMBER}"),
    "comment.pdf": lambda: pdf_with(comment),
}


@pytest.mark.parametrize("name", NAMING)
def test_an_identifier_is_found(check: Checker, name: str) -> None:
    assert check(name, NAMING[name]()).text_identifiers == MASKED


def test_neighbouring_cells_are_not_one_number(check: Checker) -> None:
    assert check("a.csv", b"943,476,5919\n943\n476\n5919\n").text_identifiers == ()
    assert check("a.xlsx", workbook([943, 476, 5919], ["943", "476", "5919"])).text_identifiers == ()
    cells = "".join(
        f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in ("943", "476", "5919")
    )
    assert check("a.docx", zipped(word_members(f"<w:tr>{cells}</w:tr>"))).text_identifiers == ()


# --- the child process ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code", ["import os; os.abort()", "raise SystemExit(3)", "print('not json')", "print('{}')"]
)
def test_a_child_that_dies_is_a_kind_refusal(
    check: Checker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str
) -> None:
    child = tmp_path / "child.py"
    child.write_text(code)
    monkeypatch.setattr(readers, "CHILD", child)
    assert "Save it again as PDF and try once more" in check.refusal("notes.txt", b"x")


def test_a_child_that_never_ends_is_stopped(
    check: Checker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    child = tmp_path / "child.py"
    child.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(readers, "CHILD", child)
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 1)
    assert "could not read this file safely" in check.refusal("notes.txt", b"x")


@pytest.mark.parametrize(
    "work",
    [
        "x = bytearray(600 * 1024 * 1024)",
        "while True: pass",
        "open('escape', 'wb', 0).write(b'x')",
    ],
)
def test_a_child_is_bound(tmp_path: Path, work: str) -> None:
    code = f"from tracker import sandbox\nsandbox.bind()\n{work}\nprint('escaped')"
    root = Path(readers.__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(root)!r})\n{BARE}\n{code}"],
        cwd=tmp_path,
        capture_output=True,
        timeout=30,
    )
    assert done.returncode != 0 and b"escaped" not in done.stdout


BARE = f"""
from types import ModuleType
sys.modules["tracker"] = ModuleType("tracker")
sys.modules["tracker"].__path__ = [{str(Path(readers.__file__).parents[2])!r}]
"""


def test_a_child_holds_neither_our_secrets_nor_the_application(
    check: Checker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRET_KEY", "canary")
    child = tmp_path / "child.py"
    source = readers.CHILD.read_text().replace(
        "Path(__file__).resolve().parents[2]", f"Path({str(readers.CHILD.parents[2])!r})"
    )
    tail = "\nimport json, os\nassert 'flask' not in sys.modules and 'sqlalchemy' not in sys.modules\n"
    child.write_text(source + tail + "assert 'SECRET_KEY' not in os.environ\n")
    monkeypatch.setattr(readers, "CHILD", child)
    assert check("notes.txt", b"x").text_identifiers == ()
