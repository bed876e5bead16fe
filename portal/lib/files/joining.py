"""Several clean pictures, one a page, in one PDF."""

import io
from pathlib import Path
from typing import Any

from portal.lib.files.cleaning import Cleaned, described, whole_or_not
from portal.lib.files.kinds import FileRefused
from portal.lib.jobs import run_guarded

# A4 in points; a picture that lies is laid on a page that lies.
SHORT, LONG = 595.28, 841.89
MARGIN = 14.17  # 5 mm
JPEG_QUALITY = 90
NOT_A_PICTURE = "Chỉ gộp được ảnh. Một tệp trong số đã chọn không phải ảnh."


def join_pictures(paths_in: list[str], path_out: str | Path) -> Cleaned:
    """Write the pictures (clean JPEG or PNG, absolute paths) as the pages of a PDF, whole or
    not at all. A JPEG goes in as it is. Raises FileRefused, portal.lib.jobs.JobError."""
    return run_guarded(_join, [str(path) for path in paths_in], str(path_out))


def _join(paths_in: list[str], path_out: str) -> Cleaned:
    import pikepdf

    pdf = pikepdf.new()
    for path in paths_in:
        _add_page(pdf, path)
    made = io.BytesIO()
    pdf.save(made, deterministic_id=True)
    with whole_or_not(path_out) as draft:
        Path(draft).write_bytes(made.getbuffer())
    return described(path_out, len(paths_in), "pdf")


def _add_page(pdf: Any, path: str) -> None:
    import pikepdf
    from PIL import Image

    try:
        with Image.open(path, formats=("JPEG", "PNG")) as image:
            data, grey, (width, height) = _as_jpeg(image, path), image.mode == "L", image.size
    except (OSError, SyntaxError, ValueError):
        raise FileRefused(NOT_A_PICTURE) from None
    page_size = (SHORT, LONG) if height >= width else (LONG, SHORT)
    scale = min((page_size[0] - 2 * MARGIN) / width, (page_size[1] - 2 * MARGIN) / height)
    wide, high = width * scale, height * scale
    left, low = (page_size[0] - wide) / 2, (page_size[1] - high) / 2
    picture = pdf.make_stream(data)
    picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    picture.Width, picture.Height, picture.BitsPerComponent = width, height, 8
    picture.ColorSpace = pikepdf.Name.DeviceGray if grey else pikepdf.Name.DeviceRGB
    picture.Filter = pikepdf.Name.DCTDecode
    page = pdf.add_blank_page(page_size=page_size)
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture))
    draw = f"q {wide:.2f} 0 0 {high:.2f} {left:.2f} {low:.2f} cm /P Do Q"
    page.obj.Contents = pdf.make_stream(draw.encode())


def _as_jpeg(image: Any, path: str) -> bytes:
    """The file's own bytes when it is a JPEG, else a JPEG of it on white."""
    from PIL import Image

    if image.format == "JPEG" and image.mode in {"L", "RGB"}:
        return Path(path).read_bytes()
    if image.mode != "L":
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        image = Image.alpha_composite(ground, layer).convert("RGB")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()
