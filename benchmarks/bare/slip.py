"""WeasyPrint alone: `python -m benchmarks.bare.slip HTML BASE`.

For each number on standard input it makes that many PDFs of the page and answers with the
seconds they took. One process, kept warm, fonts and options as ours.
"""

import sys
import time
from pathlib import Path


def main() -> None:
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration

    html, base = Path(sys.argv[1]).read_text(encoding="utf-8"), sys.argv[2]
    fonts = FontConfiguration()
    for line in sys.stdin:
        began = time.perf_counter()
        for _ in range(int(line)):
            document = HTML(string=html, base_url=base)
            document.write_pdf(font_config=fonts, pdf_variant="pdf/ua-1", pdf_tags=True)
        print(time.perf_counter() - began, flush=True)


if __name__ == "__main__":
    main()
