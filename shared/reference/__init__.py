"""Reference tables the county does not decide itself: places, occupations, readings. Loaded when first asked for.

Each table's origin is in `tables/SOURCES.md`. Nothing here imports a library at module import.
"""

from shared.reference.occupations import (
    CODE_SET,
    Occupation,
    find_occupation,
    find_occupations,
    occupation_name,
    occupations,
    office_trade,
    suggest_occupations,
)
from shared.reference.pinyin import initials, name_pinyin, pinyin
from shared.reference.places import (
    HOME_COUNTY,
    Division,
    OutpostPlace,
    division,
    division_name,
    division_path,
    divisions_under,
    find_division,
    outpost_place,
    outposts,
    province_name,
    suggest_divisions,
    townships,
)
from shared.reference.travel import RoadLeg, drive_hours, great_circle_km, point_of, road_km, road_legs

__all__ = [
    "CODE_SET",
    "HOME_COUNTY",
    "Division",
    "Occupation",
    "OutpostPlace",
    "RoadLeg",
    "division",
    "division_name",
    "division_path",
    "divisions_under",
    "drive_hours",
    "find_division",
    "find_occupation",
    "find_occupations",
    "great_circle_km",
    "initials",
    "name_pinyin",
    "occupation_name",
    "occupations",
    "office_trade",
    "outpost_place",
    "outposts",
    "pinyin",
    "point_of",
    "province_name",
    "road_km",
    "road_legs",
    "suggest_divisions",
    "suggest_occupations",
    "townships",
]
