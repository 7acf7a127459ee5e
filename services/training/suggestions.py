"""Which course would open most postings for the seekers whom matching had to leave uncovered (可培训后推荐)."""

from __future__ import annotations

from shared.contracts import postings
from shared.contracts import training as c
from shared.kit.calls import Ask, Call


def find_gaps(ask: Ask, query: c.SuggestCourses, call: Call) -> tuple[list[c.CourseView], postings.SkillGaps]:
    """What matching says of each occupation that a course teaches, and of those that postings ask for besides."""
    courses = ask(c.ListCourses(is_active=True, limit=500)).items
    taught = sorted({course.occupation for course in courses if course.occupation})
    return courses, ask(postings.GetSkillGaps(occupations=taught, division=query.division))


def suggest_courses(
    query: c.SuggestCourses, found: tuple[list[c.CourseView], postings.SkillGaps]
) -> c.CourseSuggestions:
    """Best first; an occupation that several courses teach stands once for each."""
    courses, gaps = found
    teaching: dict[str, list[c.CourseView | None]] = {}
    for course in courses:
        teaching.setdefault(course.occupation or "", []).append(course)
    items = [
        c.CourseSuggestion(
            course=course.code if course else None, course_name=course.name if course else None, **gap.model_dump()
        )
        for gap in gaps.items
        for course in teaching.get(gap.occupation, [None])
    ]
    return c.CourseSuggestions(matching_id=gaps.matching_id, uncovered=gaps.uncovered, items=items[: query.limit])
