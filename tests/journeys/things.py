"""What people of the journeys carry in their pockets."""

import io
import subprocess

import pikepdf
from PIL import Image, ImageDraw

PASSWORD = "motcua-2026"  # portal.demo.accounts
BINH, LAN, HUNG, MAI = (f"{name}@example.vn" for name in ("binh", "lan", "hung", "mai"))


def photo(words="Giấy chứng sinh"):
    """A JPEG as a phone makes it."""
    image = Image.new("RGB", (1200, 1600), "#f4f1e8")
    ImageDraw.Draw(image).text((90, 120), words, "#222222", font_size=48)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return {"name": "giay-chung-sinh.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def pdf(name="ket-qua.pdf", pages=1):
    document = pikepdf.Pdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    out = io.BytesIO()
    document.save(out)
    return {"name": name, "mimeType": "application/pdf", "buffer": out.getvalue()}


def heavy(megabytes, name="ban-quet.pdf"):
    data = pdf(name)
    data["buffer"] += b"\n%" + b"x" * megabytes * 1024 * 1024 + b"\n%%EOF\n"
    return data


def words_of(pdf_bytes):
    """What a person reads in a PDF, on one line."""
    assert pdf_bytes.startswith(b"%PDF-")
    found = subprocess.run(
        ["pdftotext", "-", "-"], input=pdf_bytes, capture_output=True, check=True
    )
    return " ".join(found.stdout.decode().split())
