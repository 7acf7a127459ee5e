"""Whether a unified social credit code 统一社会信用代码 is one that can exist: GB 32100-2015."""

from __future__ import annotations

from unicodedata import normalize

from shared.contracts.postings import EMPLOYER_USCC_INVALID

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def read_uscc(given: str) -> str:
    """The code in its written form; raises EMPLOYER_USCC_INVALID, saying what is wrong.

    Spaces, hyphens, full-width and lower-case letters are corrected. The area inside is where the employer was first
    registered and may be a code that no longer exists, so it is not looked up.
    """
    code = "".join(c for c in normalize("NFKC", given).upper() if not c.isspace() and c not in "-—_")
    if len(code) != 18:
        raise EMPLOYER_USCC_INVALID(reason_zh=f"应为 18 位, 实为 {len(code)} 位", reason_en=f"{len(code)} characters")
    foreign = next((c for c in code if c not in ALPHABET), None)
    if foreign is not None:
        raise EMPLOYER_USCC_INVALID(reason_zh=f"含有不使用的字符 {foreign}", reason_en=f"'{foreign}' is never used")
    if not code[2:8].isdigit():
        raise EMPLOYER_USCC_INVALID(reason_zh="第 3 至 8 位应为数字", reason_en="characters 3 to 8 must be digits")
    if check_character(code[:17]) != code[17]:
        raise EMPLOYER_USCC_INVALID(
            reason_zh="校验位不符, 请核对是否抄错", reason_en="the check character does not fit"
        )
    return code


def check_character(first17: str) -> str:
    total = sum(weight * ALPHABET.index(c) for weight, c in zip(WEIGHTS, first17, strict=True))
    return ALPHABET[(31 - total % 31) % 31]
