"""The peer without any hop: FastAPI and psycopg's own pool, one SELECT or INSERT an endpoint.

`python -m tests.bench.peers.plain_fastapi DATABASE_URL PORT`
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel


class Note(BaseModel):
    words: str


def make_app(database_url: str) -> FastAPI:
    pool = AsyncConnectionPool(database_url, min_size=12, max_size=12, open=False, kwargs={"row_factory": dict_row})

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await pool.open()
        yield
        await pool.close()

    app = FastAPI(lifespan=lifespan)

    @app.get("/people/{person_id}")
    async def get_person(person_id: str) -> dict[str, Any]:
        async with pool.connection() as connection:
            found = await connection.execute("SELECT * FROM bench.person WHERE id = %s", (person_id,))
            row = await found.fetchone()
            return dict(row or {})

    @app.post("/notes", status_code=201)
    async def write_note(note: Note) -> dict[str, Any]:
        async with pool.connection() as connection:
            found = await connection.execute(
                "INSERT INTO bench.note (words) VALUES (%s) RETURNING id, words", (note.words,)
            )
            row = await found.fetchone()
            return dict(row or {})

    return app


if __name__ == "__main__":
    uvicorn.run(make_app(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning", access_log=False)
