"""Small real files of evidence, made here: each says that it is invented, and none holds anything about a person."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from io import BytesIO

from fpdf import FPDF
from openpyxl import Workbook
from PIL import Image, ImageDraw

from tracker.cli.demonstration.texts import Proof
from tracker.evidence.rules import CONTENT_TYPES, EvidenceKind

INVENTED = "Demonstration: invented. No organisation, person or figure here is real."
TABLES = frozenset({EvidenceKind.TRAINING_RECORD, EvidenceKind.ROTA})
ROWS = (
    "Medical and Dental",
    "Nursing and Midwifery",
    "Allied Health Professionals",
    "Additional Clinical Services",
)


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file as a person would have chosen it on her computer."""

    name: str
    content_type: str
    body: bytes


def make_file(rng: random.Random, proof: Proof, organisation: str, on: date) -> MadeFile:
    """A file that suits the kind of evidence: a table, a picture, or a page."""
    if proof.kind in TABLES:
        return _named(proof, "xlsx", on, _workbook(rng, proof, organisation, on))
    if proof.kind is EvidenceKind.PHOTOGRAPH:
        return _named(proof, "png", on, _picture(proof, organisation, on))
    return _named(proof, "pdf", on, _page(rng, proof, organisation, on))


def _named(proof: Proof, extension: str, on: date, body: bytes) -> MadeFile:
    stem = "-".join("".join(char if char.isalnum() else " " for char in proof.title.lower()).split())
    return MadeFile(f"{stem}-{on:%Y-%m}.{extension}", CONTENT_TYPES[extension], body)


def _page(rng: random.Random, proof: Proof, organisation: str, on: date) -> bytes:
    pdf = FPDF(format="A4")
    pdf.set_creation_date(datetime.combine(on, time(9), UTC))
    pdf.set_title(proof.title)
    pdf.add_page()
    pdf.set_font("helvetica", style="B", size=18)
    pdf.multi_cell(0, 10, proof.title, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("helvetica", size=11)
    for line in _lines(rng, proof, organisation, on):
        pdf.multi_cell(0, 7, line, new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def _lines(rng: random.Random, proof: Proof, organisation: str, on: date) -> tuple[str, ...]:
    return (
        f"{organisation}, {on.day} {on:%B %Y}",
        INVENTED,
        f"What this shows: {proof.kind.label.lower()} for sepsis education.",
        f"Items looked at: {rng.randint(8, 60)}. Next look: {on.year + 1}.",
    )


def _workbook(rng: random.Random, proof: Proof, organisation: str, on: date) -> bytes:
    book = Workbook()
    book.properties.creator = "Demonstration"
    book.properties.created = book.properties.modified = datetime.combine(on, time(9))
    book.remove(book.worksheets[0])
    sheet = book.create_sheet("Numbers")
    for row in (
        (proof.title,),
        (organisation, on.isoformat()),
        (INVENTED,),
        ("Staff group", "In post", "Trained"),
    ):
        sheet.append(row)
    for name in ROWS:
        in_post = rng.randint(40, 900)
        sheet.append((name, in_post, rng.randint(in_post // 4, in_post)))
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _picture(proof: Proof, organisation: str, on: date) -> bytes:
    picture = Image.new("RGB", (640, 360), (240, 244, 245))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 640, 56), fill=(0, 94, 184))
    draw.text((24, 20), proof.title, fill=(255, 255, 255))
    for row, line in enumerate((organisation, on.isoformat(), INVENTED)):
        draw.text((24, 100 + row * 32), line, fill=(33, 43, 50))
    stream = BytesIO()
    picture.save(stream, format="PNG")
    return stream.getvalue()
