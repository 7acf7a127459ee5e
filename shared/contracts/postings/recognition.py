"""What was not recognised for sure: titles and places that wait for a person, and what people decided of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.base import Command, Page, PageRequest, Query, View

__all__ = [
    "CodeName",
    "DecideRecognition",
    "ForgetRecognition",
    "ListRecognitions",
    "RecognitionDecision",
    "RecognitionKind",
    "RecognitionState",
    "RecognitionView",
]


class RecognitionKind(StrEnum):
    """occupation: a job title. division: a place of work."""

    occupation = "occupation"
    division = "division"


class RecognitionState(StrEnum):
    """waiting -> decided; decided -> waiting again when a person takes the decision back."""

    waiting = "waiting"
    decided = "decided"


class CodeName(BaseModel):
    code: str
    name: str


class RecognitionView(View):
    """One wording, whatever number of postings has it."""

    id: UUID
    kind: RecognitionKind
    phrase: str = Field(description="the wording without advertising, as it is compared", examples=["普工"])
    sample: str = Field(description="as an employer wrote it", examples=["高薪急招普工(包吃住)"])
    state: RecognitionState
    suggested: str | None = Field(default=None, description="what was recognised without certainty")
    suggested_name: str | None = None
    confidence: float | None = None
    code: str | None = Field(default=None, description="what a person decided; null with state decided: nothing fits")
    code_name: str | None = None
    choices: list[CodeName] = Field(default_factory=list, description="what it may mean, likeliest first")
    postings: int = Field(default=0, description="open postings with this wording")
    openings: int = 0
    decided_by: str | None = None
    decided_at: datetime | None = None
    first_seen_at: datetime
    version: int


class ListRecognitions(PageRequest, Query[Page[RecognitionView]]):
    """The longest waiting first."""

    kind: RecognitionKind | None = None
    state: RecognitionState = RecognitionState.waiting
    q: str | None = Field(default=None, max_length=100, description="part of the wording")


class RecognitionDecision(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: str | None = Field(
        max_length=12, description="occupation or division code; null: no code fits", examples=["6-31-05-00"]
    )


class DecideRecognition(RecognitionDecision, Command[RecognitionView]):
    """Say what a wording means: now for its open postings, and for every later one."""

    recognition_id: UUID
    expected_version: int | None = None


class ForgetRecognition(Command[RecognitionView]):
    """Take a decision back: the wording waits again, and its postings say what was recognised before."""

    recognition_id: UUID
