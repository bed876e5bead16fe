"""What people put around the thing they look for. Whole phrases only, marks as written or none
at all: "từ" is a word to skip, "tử" is not."""

from procedures.search.words import Word, words

_PHRASES = """
tôi muốn | em muốn | mình muốn | chúng tôi muốn | tôi cần | em cần | muốn | cần | tôi | mình
em | anh | chị | nhà tôi | nhà em | gia đình
làm thế nào để | làm thế nào | làm sao để | làm sao | như thế nào | thế nào | ra sao
ở đâu | chỗ nào | nơi nào | tại đâu | khi nào | bao lâu | bao nhiêu | bao nhiêu tiền
cần giấy tờ gì | cần giấy gì | cần những gì | cần gì
phải làm gì | làm gì | là gì | gì | gồm những gì
giấy tờ gì | giấy gì | xin giấy gì | xin giấy phép gì | cần làm giấy gì | cần làm gì
có phải | phải không | được không | có được không | không ạ | có cần | phải | được
cho tôi hỏi | cho em hỏi | cho hỏi | xin hỏi | hỏi | ạ | nhé | với ạ
thì | là | mà | để | và | của | các | những | vừa | mới | đã | đang | sẽ | rồi | bị | cho | ở | về
thủ tục | hồ sơ | hướng dẫn làm | cách làm | cách | quy trình
"""
_STOPS: dict[int, set[tuple[str, ...]]] = {}
_PLAIN_STOPS: dict[int, set[tuple[str, ...]]] = {}
# Without marks these mean too much else ("thi" is an examination, "di" is to go).
_ONLY_MARKED = {"thì", "là", "mà", "để", "về", "mới", "vừa", "bị", "đã", "hỏi", "cách", "sẽ", "rồi"}
for _phrase in _PHRASES.replace("\n", "|").split("|"):
    if _found := words(_phrase):
        _STOPS.setdefault(len(_found), set()).add(tuple(word.toned for word in _found))
        if _phrase.strip() not in _ONLY_MARKED:
            _PLAIN_STOPS.setdefault(len(_found), set()).add(tuple(word.plain for word in _found))
_LONGEST = max(_STOPS)


def stopped(found: tuple[Word, ...]) -> list[bool]:
    """Which words only surround what is looked for; none when they are all there is."""
    skip = [False] * len(found)
    unmarked = not any(word.marked for word in found)
    at = 0
    while at < len(found):
        size = next(
            (n for n in range(_LONGEST, 0, -1) if _is_stop(found[at : at + n], n, unmarked)), 0
        )
        for place in range(at, at + size):
            skip[place] = True
        at += size or 1
    return [False] * len(found) if all(skip) else skip


def _is_stop(part: tuple[Word, ...], size: int, unmarked: bool) -> bool:
    if len(part) < size:
        return False
    if unmarked:
        return tuple(word.plain for word in part) in _PLAIN_STOPS.get(size, ())
    return tuple(word.toned for word in part) in _STOPS.get(size, ())
