"""The kit's own tables, the same in every service's schema: outbox, inbox, commands, jobs, timers and grants.

They change by numbered steps, applied under the migration lock before a service's own migrations.
"""

from __future__ import annotations

from shared.kit.tenancy import KEY, KIND, SCOPE_KEY, Policy

STEPS: list[str] = [
    """
CREATE TABLE {s}.aggregate_version (
    aggregate_id text PRIMARY KEY,
    version bigint NOT NULL
);
CREATE TABLE {s}.outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id uuid NOT NULL UNIQUE,
    topic text NOT NULL,
    aggregate_id text NOT NULL,
    version bigint NOT NULL,
    at timestamptz NOT NULL,
    payload text NOT NULL,
    key_id text NOT NULL,
    signature text NOT NULL,
    traceparent text,
    published_at timestamptz
);
CREATE INDEX outbox_unpublished ON {s}.outbox (seq) WHERE published_at IS NULL;
CREATE INDEX outbox_published ON {s}.outbox (published_at) WHERE published_at IS NOT NULL;
CREATE TABLE {s}.inbox (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id uuid NOT NULL UNIQUE,
    topic text NOT NULL,
    publisher text NOT NULL,
    aggregate_id text NOT NULL,
    version bigint NOT NULL,
    payload text NOT NULL,
    key_id text NOT NULL,
    signature text NOT NULL,
    traceparent text,
    received_at timestamptz NOT NULL DEFAULT now(),
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'handled', 'parked', 'discarded')),
    attempts int NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    problem text,
    settled_at timestamptz,
    settled_by text
);
CREATE INDEX inbox_pending ON {s}.inbox (seq) WHERE state = 'pending';
CREATE INDEX inbox_open ON {s}.inbox (publisher, aggregate_id, version) WHERE state IN ('pending', 'parked');
CREATE INDEX inbox_parked ON {s}.inbox (seq) WHERE state = 'parked';
CREATE INDEX inbox_settled ON {s}.inbox (settled_at) WHERE state IN ('handled', 'discarded');
CREATE TABLE {s}.command (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    actor text NOT NULL,
    scope_key text NOT NULL,
    body_hash text NOT NULL,
    reply text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX command_at ON {s}.command (at);
CREATE TABLE {s}.job (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    scope_key text NOT NULL,
    context text NOT NULL,
    params jsonb NOT NULL DEFAULT '{{}}',
    state text NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    checkpoint jsonb NOT NULL DEFAULT '{{}}',
    done bigint NOT NULL DEFAULT 0,
    total bigint,
    step text,
    result jsonb NOT NULL DEFAULT '{{}}',
    problem jsonb,
    cancel_requested boolean NOT NULL DEFAULT false,
    attempts int NOT NULL DEFAULT 0,
    fence bigint NOT NULL DEFAULT 0,
    lease_until timestamptz,
    traceparent text,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz
);
CREATE INDEX job_due ON {s}.job (created_at) WHERE state IN ('queued', 'running');
CREATE INDEX job_listed ON {s}.job (kind, created_at DESC);
CREATE TABLE {s}.timer (
    name text PRIMARY KEY,
    next_at timestamptz NOT NULL DEFAULT now(),
    ran_at timestamptz
);
CREATE TABLE {s}.worker_grant (
    worker_id uuid NOT NULL,
    scope_key text NOT NULL,
    reason text NOT NULL DEFAULT '',
    from_at timestamptz NOT NULL,
    until_at timestamptz,
    PRIMARY KEY (worker_id, scope_key)
);
CREATE INDEX worker_grant_scope ON {s}.worker_grant (scope_key, worker_id);
""",
]

_ANY = "true"
_MACHINERY = f"{KIND} = 'service'"
_OWN_SCOPE = f"{KIND} = 'service' OR scope_key = {SCOPE_KEY}"

# A caller's transaction adds to the outbox and to the commands, but reads no other's, and takes nothing away.
POLICIES: dict[str, Policy] = {
    "aggregate_version": Policy(_ANY, _ANY, delete=_MACHINERY),
    "outbox": Policy(_MACHINERY, _ANY, change=_MACHINERY),
    "inbox": Policy(_MACHINERY, _MACHINERY),
    "command": Policy(
        f"{KIND} = 'service' OR actor = (select current_setting('app.actor', true))", _ANY, change=_MACHINERY
    ),
    "job": Policy(_OWN_SCOPE + f" OR {KIND} = 'hq'", _OWN_SCOPE),
    "timer": Policy(_MACHINERY, _MACHINERY),
    "worker_grant": Policy(
        f"{_MACHINERY} OR {KIND} = 'hq' OR scope_key = {SCOPE_KEY} OR worker_id::text = {KEY}", _MACHINERY
    ),
}
KIT_TABLES = tuple(POLICIES)
