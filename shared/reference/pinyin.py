"""The reading of Chinese names without tones, for sorting and searching: 吴秀英 -> wu xiu ying.

One reading a character from a compact table (110 KB in memory), because a full pinyin library costs 58 MB at rest;
surnames that are read otherwise than the same character elsewhere have their own list.
"""

from array import array
from functools import lru_cache

from shared.reference.tables import text

FIRST, LAST = 0x3400, 0x9FFF

# 多音姓氏: the reading as a surname where it differs from the usual one.
SURNAMES = {
    "单": "shan",
    "仇": "qiu",
    "曾": "zeng",
    "解": "xie",
    "查": "zha",
    "区": "ou",
    "朴": "piao",
    "盖": "ge",
    "缪": "miao",
    "翟": "zhai",
    "乐": "yue",
    "召": "shao",
    "折": "she",
    "种": "chong",
    "秘": "bi",
    "冼": "xian",
    "尉": "wei",
    "员": "yun",
    "繁": "po",
    "洗": "xian",
    "覃": "qin",
    "石": "shi",
    "贾": "jia",
    "任": "ren",
    "华": "hua",
    "葛": "ge",
    "纪": "ji",
    "宁": "ning",
    "应": "ying",
    "兴": "xing",
    "重": "chong",
    "行": "xing",
    "长": "chang",
    "车": "che",
    "谌": "chen",
    "郝": "hao",
    "郇": "xun",
    "逄": "pang",
    "隗": "wei",
    "麴": "qu",
    "么": "yao",
    "都": "du",
    "佴": "nai",
    "万": "wan",
    "俟": "si",
    "沈": "shen",
    "晟": "cheng",
    "柏": "bai",
    "牟": "mu",
    "教": "jiao",
    "禚": "zhuo",
    "曲": "qu",
}
TWO_CHARACTER_SURNAMES = {
    "欧阳": "ou yang",
    "上官": "shang guan",
    "司马": "si ma",
    "诸葛": "zhu ge",
    "尉迟": "yu chi",
    "长孙": "zhang sun",
    "万俟": "mo qi",
    "单于": "chan yu",
    "夏侯": "xia hou",
    "皇甫": "huang fu",
    "令狐": "ling hu",
    "慕容": "mu rong",
    "东方": "dong fang",
    "公孙": "gong sun",
    "澹台": "tan tai",
    "端木": "duan mu",
}


@lru_cache(maxsize=1)
def _readings() -> tuple[list[str], "array[int]"]:
    syllables = [""]
    index = array("H", bytes(2 * (LAST - FIRST + 1)))
    for line in text("pinyin.txt").splitlines():
        syllable, characters = line.split(" ", 1)
        syllables.append(syllable)
        for character in characters:
            index[ord(character) - FIRST] = len(syllables) - 1
    return syllables, index


def pinyin(words: str) -> list[str]:
    """One syllable a character; Latin letters and digits stay as one lower-case piece, the rest is left out."""
    syllables, index = _readings()
    pieces: list[str] = []
    latin = ""
    for character in words:
        code = ord(character)
        if FIRST <= code <= LAST:
            if latin:
                pieces.append(latin)
                latin = ""
            if syllable := syllables[index[code - FIRST]]:
                pieces.append(syllable)
        elif character.isascii() and character.isalnum():
            latin += character.lower()
        elif latin:
            pieces.append(latin)
            latin = ""
    if latin:
        pieces.append(latin)
    return pieces


def name_pinyin(name: str) -> list[str]:
    """The reading of a person's name, its surname read as a surname: 单秀英 -> shan xiu ying."""
    if read := TWO_CHARACTER_SURNAMES.get(name[:2]):
        return [*read.split(), *pinyin(name[2:])]
    if read := SURNAMES.get(name[:1]):
        return [read, *pinyin(name[1:])]
    return pinyin(name)


def initials(syllables: list[str]) -> str:
    """wu xiu ying -> wxy"""
    return "".join(syllable[0] for syllable in syllables)
