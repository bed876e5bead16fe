"""A folder of our records (<code>.json, forms in eforms/<code>.json) as one file of lines."""

import json
from pathlib import Path
from typing import Any, BinaryIO


def pack(folder: Path, file: BinaryIO) -> None:
    for path in sorted(folder.glob("*.json")):
        line = json.dumps({"file": path.name, **_line(path)}, ensure_ascii=False)
        file.write(line.encode("utf-8", "surrogatepass") + b"\n")
    file.seek(0)


def _line(path: Path) -> dict[str, Any]:
    form = path.parent / "eforms" / path.name
    try:
        record = json.loads(path.read_bytes())
        if not isinstance(record, dict):
            return {"problem": "nội dung không đúng dạng: phải là một mục có tên các ô."}
        return {"record": record, "eform": json.loads(form.read_bytes()) if record.get("eform")
                else None}  # fmt: skip
    except json.JSONDecodeError as error:
        return {"problem": f"không phải JSON (dòng {error.lineno}, cột {error.colno})."}
    except FileNotFoundError as error:
        return {"problem": f"không có tệp eforms/{Path(error.filename).name}."}
    except (OSError, ValueError, RecursionError) as error:
        return {"problem": f"không đọc được ({type(error).__name__})."}
