/** "StSx" in the file's header: `file` and we can tell an incident log from another program's database. */
export const applicationId = 0x53745378;

/**
 * Each entry lifts the schema by one version, and `user_version` counts those that have run.
 * An entry that was released is never edited.
 *
 * `recorded_at` is our own clock and rules retention; `occurred_at` is the evidence's and rules what is shown.
 * `body` comes last, so that filters do not read it.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE incidents (
    seq INTEGER PRIMARY KEY,
    trace_id TEXT NOT NULL UNIQUE,
    unit TEXT NOT NULL,
    cause TEXT NOT NULL,
    sender TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    trace_state TEXT NOT NULL DEFAULT 'pending' CHECK (trace_state IN ('pending', 'sent', 'dropped')),
    drop_reason TEXT,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX incidents_by_time ON incidents (occurred_at, seq);
  CREATE INDEX incidents_by_unit ON incidents (unit, occurred_at, seq);
  CREATE INDEX incidents_by_age ON incidents (recorded_at);
  CREATE INDEX pending_traces ON incidents (seq) WHERE trace_state = 'pending';

  CREATE TABLE pruned_incidents (
    seq INTEGER PRIMARY KEY,
    trace_id TEXT NOT NULL UNIQUE
  ) STRICT;

  CREATE TABLE stop_counts (
    seq INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    cause TEXT NOT NULL,
    sender TEXT NOT NULL,
    sender_unit TEXT NOT NULL,
    count INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_stop_at INTEGER NOT NULL,
    last_trace_id TEXT NOT NULL,
    UNIQUE (name, type, cause, sender, sender_unit)
  ) STRICT;

  CREATE TABLE duration_sums (
    cause TEXT PRIMARY KEY,
    sum_seconds REAL NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE duration_buckets (
    cause TEXT NOT NULL,
    upper_bound REAL NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (cause, upper_bound)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE positions (
    source TEXT PRIMARY KEY,
    position TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  // How often a collector has rejected the trace.
  `
  ALTER TABLE incidents ADD COLUMN postponed INTEGER NOT NULL DEFAULT 0;
  DROP INDEX pending_traces;
  CREATE INDEX pending_traces ON incidents (postponed, seq) WHERE trace_state = 'pending';
  `,
  // What a start reads of each stop, without its body: 4 instead of 25 µs a row.
  `
  CREATE INDEX counted_stops ON incidents (
    seq, unit, trace_id,
    json_extract(body, '$.incident.occurredAtUsec'),
    json_extract(body, '$.incident.endedAtUsec'),
    json_extract(body, '$.incident.invocationId'),
    json_extract(body, '$.incident.timeBasis')
  );
  `,
];
