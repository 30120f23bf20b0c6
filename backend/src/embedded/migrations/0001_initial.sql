-- The first schema. Ids are 12-byte ObjectIds as BLOBs, times are milliseconds since 1970 (UTC),
-- lists and payloads are JSON text. Tables whose key is an id are WITHOUT ROWID: one tree instead
-- of two, and because ids sort by time, new rows are appended.
-- A secondary index costs every writer some microseconds: each one below says whom it serves.
-- Words are checked with OR, because IN with three words or more makes SQLite build a temporary
-- table in every statement that writes the row.

CREATE TABLE users (
    id            BLOB PRIMARY KEY CHECK (length(id) = 12),
    email         TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    role          TEXT NOT NULL CHECK (role IN ('USER', 'ADMIN')),
    password_hash TEXT NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE movies (
    id           BLOB PRIMARY KEY CHECK (length(id) = 12),
    key          TEXT NOT NULL UNIQUE,
    title        TEXT NOT NULL,
    duration_min INTEGER NOT NULL CHECK (duration_min > 0),
    rating       TEXT NOT NULL,
    genres       TEXT NOT NULL,
    synopsis     TEXT NOT NULL,
    release_date TEXT NOT NULL,
    poster_url   TEXT NOT NULL,
    created_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- `seats` is an array of [code, row, number, category, column, y], in reading order.
CREATE TABLE seatmaps (
    id            BLOB PRIMARY KEY CHECK (length(id) = 12),
    curve_percent INTEGER NOT NULL CHECK (curve_percent BETWEEN 0 AND 100),
    seats         TEXT NOT NULL
) STRICT;

CREATE TABLE auditoriums (
    id         BLOB PRIMARY KEY CHECK (length(id) = 12),
    key        TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    seatmap_id BLOB NOT NULL REFERENCES seatmaps (id)
) STRICT, WITHOUT ROWID;

-- `prices` is an object of category to minor units.
CREATE TABLE showtimes (
    id            BLOB PRIMARY KEY CHECK (length(id) = 12),
    movie_id      BLOB NOT NULL REFERENCES movies (id),
    auditorium_id BLOB NOT NULL REFERENCES auditoriums (id),
    seatmap_id    BLOB NOT NULL REFERENCES seatmaps (id),
    start_time    INTEGER NOT NULL,
    end_time      INTEGER NOT NULL CHECK (end_time > start_time),
    prices        TEXT NOT NULL,
    currency      TEXT NOT NULL,
    UNIQUE (auditorium_id, start_time)
) STRICT, WITHOUT ROWID;

-- Grows by one with every import, so that a running server notices another process's import.
CREATE TABLE catalogue_state (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    revision INTEGER NOT NULL
) STRICT;
INSERT INTO catalogue_state (id, revision) VALUES (1, 0);

-- Written to after a failed write, to see whether the disk takes writes again.
CREATE TABLE disk_probe (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    writes INTEGER NOT NULL
) STRICT;
INSERT INTO disk_probe (id, writes) VALUES (1, 0);

CREATE TABLE bookings (
    id              BLOB PRIMARY KEY CHECK (length(id) = 12),
    user_id         BLOB NOT NULL REFERENCES users (id),
    showtime_id     BLOB NOT NULL REFERENCES showtimes (id),
    seats           TEXT NOT NULL,
    status          TEXT NOT NULL CHECK (status = 'LOCKED' OR status = 'BOOKED' OR
                                                status = 'CANCELLED' OR status = 'EXPIRED'),
    amount          INTEGER NOT NULL CHECK (amount >= 0),
    currency        TEXT NOT NULL,
    lock_expires_at INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    idempotency_key TEXT
) STRICT, WITHOUT ROWID;
-- A customer's own bookings; the box office's search by customer.
CREATE INDEX bookings_of_user ON bookings (user_id, id);
-- The expiry worker; holds only, so it stays small however many bookings there are.
CREATE INDEX bookings_expiring ON bookings (lock_expires_at) WHERE status = 'LOCKED';
-- The box office's search for what did not become a sale, by status and by showtime. A sale never
-- touches them: a showtime's live bookings are found through its seats.
CREATE INDEX bookings_ended ON bookings (status, id) WHERE status IN ('CANCELLED', 'EXPIRED');
CREATE INDEX bookings_ended_of_showtime ON bookings (showtime_id, id)
    WHERE status IN ('CANCELLED', 'EXPIRED');
-- A repeated request finds the booking it made the first time.
CREATE UNIQUE INDEX bookings_idempotency ON bookings (user_id, idempotency_key)
    WHERE idempotency_key IS NOT NULL;

-- One row per seat that was ever held. The primary key is the final defence against selling a
-- seat twice.
CREATE TABLE seat_reservations (
    showtime_id     BLOB NOT NULL,
    seat_code       TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state = 'AVAILABLE' OR state = 'LOCKED' OR
                                               state = 'BOOKED'),
    booking_id      BLOB REFERENCES bookings (id),
    locked_by       BLOB,
    lock_expires_at INTEGER,
    version         INTEGER NOT NULL CHECK (version > 0),
    PRIMARY KEY (showtime_id, seat_code),
    CHECK ((state = 'AVAILABLE') = (booking_id IS NULL)),
    CHECK ((state = 'AVAILABLE') = (locked_by IS NULL)),
    CHECK ((state = 'LOCKED') = (lock_expires_at IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- How many seats of a showtime are LOCKED or BOOKED, kept in the transaction of each change.
CREATE TABLE showtime_sales (
    showtime_id BLOB PRIMARY KEY REFERENCES showtimes (id),
    seats_taken INTEGER NOT NULL CHECK (seats_taken >= 0)
) STRICT, WITHOUT ROWID;

-- At most one payment per booking, hence at most one SUCCESS.
CREATE TABLE payments (
    booking_id BLOB PRIMARY KEY REFERENCES bookings (id),
    id         BLOB NOT NULL CHECK (length(id) = 12),
    status     TEXT NOT NULL CHECK (status = 'PENDING' OR status = 'SUCCESS' OR
                                           status = 'FAILED' OR status = 'REFUNDED'),
    amount     INTEGER NOT NULL CHECK (amount >= 0),
    currency   TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Events written with their change and not yet delivered, oldest first. `audit_id` is the id that
-- the audit log's entry will have.
CREATE TABLE outbox (
    seq         INTEGER PRIMARY KEY,
    audit_id    BLOB NOT NULL,
    event_id    BLOB NOT NULL,
    event_type  TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    booking_id  BLOB NOT NULL,
    user_id     BLOB NOT NULL,
    showtime_id BLOB NOT NULL,
    seats       TEXT NOT NULL,
    payload     TEXT NOT NULL
) STRICT;

-- The trail keeps everything it tells, so it refers to nothing. An event belongs to one booking
-- for good, so (booking_id, event_id) is as unique as event_id alone would be, and the same index
-- finds a booking's trail. A user's trail is found through the user's bookings.
CREATE TABLE audit_logs (
    id          BLOB PRIMARY KEY CHECK (length(id) = 12),
    event_id    BLOB NOT NULL CHECK (length(event_id) = 16),
    event_type  TEXT NOT NULL,
    user_id     BLOB NOT NULL,
    showtime_id BLOB NOT NULL,
    booking_id  BLOB NOT NULL,
    seats       TEXT NOT NULL,
    payload     TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    UNIQUE (booking_id, event_id)
) STRICT, WITHOUT ROWID;
-- The box office's search for the rarer kinds; those of every sale are found by scanning.
CREATE INDEX audit_logs_rare ON audit_logs (event_type, id)
    WHERE event_type = 'BookingCancelled' OR event_type = 'BookingExpired' OR
          event_type = 'PaymentRefunded';
