/*
 * The cluster engine's booking protocol (backend/src/cluster/saga), to be checked exhaustively.
 * README.md says what stands for what; tools/model.py runs every configuration and mutant.
 *
 * One d_step or atomic is one call of a port: it happens as a whole, and a process may die or be
 * overtaken before and after it. A process that is never scheduled again is one that died; one
 * that is scheduled late is slow, or its request to a store landed late. `lost` answers are
 * told apart only where the saga goes on after one.
 */

/* A configuration says how many there are of each. */
#ifndef HOLDS
#define HOLDS 0       /* requests to hold seats, each with a booking id of its own */
#endif
#ifndef PAYS
#define PAYS 0        /* requests to pay booking 1 … */
#endif
#ifndef CONFIRMS
#define CONFIRMS 0
#endif
#ifndef CANCELS
#define CANCELS 0
#endif
#ifndef WORKERS
#define WORKERS 0
#endif
#ifndef RELAYS
#define RELAYS 0
#endif
#ifndef START
#define START 0       /* 1: booking 1 is there at the beginning, LOCKED; 2: and paid */
#endif
#ifndef FIRST
#define FIRST (START > 0 -> 2 : 1)   /* the first hold's booking id */
#endif
#ifndef LOSSES
#define LOSSES 0      /* how many answers may be lost on which a hold reacts */
#endif
#ifndef CRASHES
#define CRASHES 1     /* 0: nothing dies */
#endif
#ifndef ATTENDED
#define ATTENDED 1    /* the booking that is paid, confirmed and cancelled */
#endif
#ifndef WANTS_1
#define WANTS_1 3     /* the seats that hold 1 asks for, as bits */
#endif
#ifndef WANTS_2
#define WANTS_2 3
#endif
#ifndef WANTS_3
#define WANTS_3 3
#endif
#define WANTS(b) ((b) == 1 -> WANTS_1 : ((b) == 2 -> WANTS_2 : WANTS_3))

#define SEATS 2
#define BOOKINGS 3
#define BIT(s) (1 << (s))
#define EACH_BOOKING(P) (P(1) && P(2) && P(3))
#define EACH_SEAT(P, b) (P(0, b) && P(1, b))

mtype = { MISSING, AVAILABLE, LOCKED, BOOKED, CANCELLED, EXPIRED,
          UNPAID, PENDING, SUCCESS, REFUNDED, FAILED,
          UNTOUCHED, CHARGED, DECLINED, VOID, RETURNED }

/* ---- The stores ------------------------------------------------------------------------- */

typedef Seat { mtype state; byte booking; byte version }
typedef Booking {
    mtype status;
    byte revision;
    byte seats;          /* as bits */
    mtype payment;       /* as the booking notes it: UNPAID, SUCCESS, REFUNDED */
    byte payment_id;
    bool unfinished;
    byte outbox          /* events, as bits */
}
typedef Payment { mtype status; byte id; bool unsettled }

Seat seat[SEATS];
Booking booking[BOOKINGS + 1];    /* by id; 0 is nobody's */
Payment payment[BOOKINGS + 1];    /* by booking: unique */
mtype money[PAYS + 2];            /* what the provider knows, by payment id */

/* Events are told apart by booking and type, which no booking has two of. */
#define E_LOCKED 1
#define E_PAID 2
#define E_CONFIRMED 4
#define E_ENDED 8
#define E_REFUNDED 16
byte published[BOOKINGS + 1];     /* in the queue, which may deliver it any number of times */
byte logged[BOOKINGS + 1];
byte logged_twice[BOOKINGS + 1];

/* ---- What is under way ------------------------------------------------------------------ */

typedef Versions { byte version[SEATS] }
Versions seen[BOOKINGS + 1];      /* each hold's seats as it read them */
byte late_lock[BOOKINGS + 1];     /* seats whose lock was not answered and will still land */
bool late_insert[BOOKINGS + 1];   /* the same of the booking's insert */
byte lost;                        /* answers, so far */
byte finished_at[BOOKINGS + 1];   /* the revision whose steps are done, as told to the relay */

byte requests;                    /* that have not ended */
byte others;                      /* workers, relays and late writes that have not */
bool calm;                        /* all have ended: time goes by, nothing fails any more */
chan crash = [0] of { bool }

/* ---- What customers have been told ------------------------------------------------------ */

bool told_held[BOOKINGS + 1];
bool told_refused[BOOKINGS + 1];
bool told_paid[BOOKINGS + 1];
mtype told_end[BOOKINGS + 1];     /* BOOKED or CANCELLED */

/* ---- Invariants, watched in every state ------------------------------------------------- */

#define ENDED(b) (booking[b].status == CANCELLED || booking[b].status == EXPIRED)
#define HAS(b, s) ((booking[b].seats & BIT(s)) != 0)

/* A live booking has all its seats, and so no two have the same one. A seat leaves its booking
   only after the booking has left LOCKED, and never when it is BOOKED. */
#define KEEPS(s, b) (!HAS(b, s) || seat[s].booking == b && \
    (seat[s].state == LOCKED || seat[s].state == BOOKED && booking[b].status == BOOKED))
#define LIVE_HAS_SEATS(b) \
    (booking[b].status != LOCKED && booking[b].status != BOOKED || EACH_SEAT(KEEPS, b))
/* A BOOKED seat is one of a BOOKED booking. */
#define SOLD_SEAT(s) (seat[s].state != BOOKED || \
    booking[seat[s].booking].status == BOOKED && HAS(seat[s].booking, s))
/* What was acknowledged remains true; what was refused never comes to pass. */
#define ANSWERS_HOLD(b) ((!told_held[b] || booking[b].status != MISSING) && \
    (!told_refused[b] || booking[b].status != LOCKED && booking[b].status != BOOKED) && \
    (!told_paid[b] || booking[b].payment != UNPAID) && \
    (told_end[b] == MISSING || told_end[b] == booking[b].status))
/* A ticket is paid for, by money that is not given back. */
#define PAID_FOR(b) (booking[b].status != BOOKED || \
    booking[b].payment == SUCCESS && money[booking[b].payment_id] == CHARGED)

/* Never true: what a violation is called when it is reported. */
hidden byte live_booking_has_its_seats, sold_seat_has_its_booking, answers_remain_true,
    ticket_is_paid_for, event_is_logged_once, nothing_sold_after_its_time, versions_are_known,
    every_event_is_logged, no_seat_locked_for_nobody, bookings_finished, seats_follow_bookings,
    payments_decided, no_money_without_ticket;
#define MUST(condition, name) if :: !(condition) -> assert(name) :: else fi

proctype Watch() {
end:
    if
    :: !EACH_BOOKING(LIVE_HAS_SEATS) -> assert(live_booking_has_its_seats)
    :: !(SOLD_SEAT(0) && SOLD_SEAT(1)) -> assert(sold_seat_has_its_booking)
    :: !EACH_BOOKING(ANSWERS_HOLD) -> assert(answers_remain_true)
    :: !EACH_BOOKING(PAID_FOR) -> assert(ticket_is_paid_for)
    fi
}

/* ---- Clocks and failures ---------------------------------------------------------------- */

/* Whether this instance's clock says that the hold's time is over: any answer, at any time,
   from anybody, in any order. Only in the end everybody agrees that it is. */
inline ask_clock(late) {
    if
    :: late = true
    :: !calm -> late = false
    fi
}

/* Whoever runs may die before any step of its own. A worker starts again without memory. */
proctype Chaos() {
end:
    do
    :: crash ! true
    od
}

/* ---- SeatDocuments ---------------------------------------------------------------------- */

inline lock_seat(s, b, outcome) {
    if
#ifdef LOCK_TAKEN_SEATS
    :: seat[s].state != BOOKED ->
#elif defined(LOCK_WITHOUT_VERSION)
    :: seat[s].state == AVAILABLE ->
#else
    :: seat[s].state == AVAILABLE && seat[s].version == seen[b].version[s] ->
#endif
        seat[s].state = LOCKED;
        seat[s].booking = b;
        seat[s].version++;
        outcome = true
    :: else ->
        outcome = false
    fi
}

inline release_seat(s, b, which) {
    d_step {
        if
#ifdef RELEASE_WITHOUT_BOOKING
        :: (which & BIT(s)) && seat[s].state == LOCKED ->
#else
        :: (which & BIT(s)) && seat[s].state == LOCKED && seat[s].booking == b ->
#endif
            seat[s].state = AVAILABLE;
            seat[s].booking = 0;
            seat[s].version++
        :: else
        fi
    }
}

inline release_seats(b, which) {
    release_seat(0, b, which);
    release_seat(1, b, which)
}

inline book_seat(s, b, which) {
    d_step {
        if
        :: (which & BIT(s)) && seat[s].state == LOCKED && seat[s].booking == b ->
            seat[s].state = BOOKED;
            seat[s].version++
        :: else
        fi
    }
}

inline book_seats(b, which) {
    book_seat(0, b, which);
    book_seat(1, b, which)
}

/* ---- BookingDocuments ------------------------------------------------------------------- */

inline push_event(b, event) {
#if RELAYS
    booking[b].outbox = booking[b].outbox | event
#else
    skip
#endif
}

inline insert_booking(b, as, which, events, open, outcome) {
    if
#ifdef INSERT_OVER_ANOTHER
    :: true ->
#else
    :: booking[b].status == MISSING ->
#endif
        booking[b].status = as;
        booking[b].revision = 1;
        booking[b].seats = which;
        booking[b].unfinished = open;
        push_event(b, events);
        outcome = true
    :: else ->
        outcome = false
    fi
}

inline note_payment(b, money_id, late, outcome) {
    if
#ifdef NOTE_WHEN_ENDED
    :: booking[b].payment == UNPAID && !late ->
#else
    :: booking[b].status == LOCKED && booking[b].payment == UNPAID && !late ->
#endif
        booking[b].payment = SUCCESS;
        booking[b].payment_id = money_id;
        booking[b].revision++;
        push_event(b, E_PAID);
        outcome = true
    :: else ->
        outcome = false
    fi
}

inline mark_booked(b, late, outcome) {
    if
#ifdef CONFIRM_OVERDUE
    :: booking[b].status == LOCKED && booking[b].payment == SUCCESS ->
#elif defined(CONFIRM_UNPAID)
    :: booking[b].status == LOCKED && !late ->
#else
    :: booking[b].status == LOCKED && booking[b].payment == SUCCESS && !late ->
#endif
        MUST(!late, nothing_sold_after_its_time);  /* as the seller's clock has it */
        booking[b].status = BOOKED;
        booking[b].revision++;
        booking[b].unfinished = true;
        push_event(b, E_CONFIRMED);
        outcome = true
    :: else ->
        outcome = false
    fi
}

/* `paid` is what the caller knows of the payment at that revision: it decides the events. */
inline mark_ended(b, at, as, paid, outcome) {
    if
#ifdef END_WITHOUT_REVISION
    :: booking[b].status == LOCKED ->
#elif defined(END_BOOKED)
    :: booking[b].status == LOCKED || booking[b].status == BOOKED ->
#else
    :: booking[b].status == LOCKED && booking[b].revision == at ->
#endif
        booking[b].status = as;
        booking[b].revision++;
        booking[b].unfinished = true;
        if
        :: booking[b].payment == SUCCESS -> booking[b].payment = REFUNDED
        :: else
        fi;
        if
        :: paid -> push_event(b, E_ENDED | E_REFUNDED)
        :: else -> push_event(b, E_ENDED)
        fi;
        outcome = true
    :: else ->
        outcome = false
    fi
}

/* ---- PaymentProvider and PaymentDocuments ----------------------------------------------- */

/* A repeated call is answered as the first one was. What is refunded before it is charged is
   void: a charge that comes later is declined. */
inline charge(money_id, outcome) {
    if
    :: money[money_id] == UNTOUCHED -> money[money_id] = CHARGED; outcome = true
    :: money[money_id] == UNTOUCHED -> money[money_id] = DECLINED; outcome = false
    :: money[money_id] == CHARGED || money[money_id] == RETURNED -> outcome = true
#ifdef PROVIDER_FORGETS_REFUNDS
    :: money[money_id] == VOID -> money[money_id] = CHARGED; outcome = true
#endif
    :: else -> outcome = false
    fi
}

inline refund(money_id) {
    if
    :: money[money_id] == CHARGED -> money[money_id] = RETURNED
    :: money[money_id] == UNTOUCHED -> money[money_id] = VOID
    :: else
    fi
}

inline mark_returned(b, money_id, as) {
    if
    :: payment[b].id == money_id ->
        if
        :: payment[b].status == PENDING || payment[b].status == SUCCESS -> payment[b].status = as
        :: else
        fi;
        payment[b].unsettled = false
    :: else
    fi
}

inline mark_settled(b, money_id) {
    if
    :: payment[b].id == money_id -> payment[b].unsettled = false
    :: else
    fi
}

/* ---- ending.cpp: how bookings end, and what follows -------------------------------------- */

inline give_back(b, money_id) {
#ifndef NO_REFUND
    d_step { refund(money_id) };
#endif
    d_step { mark_returned(b, money_id, REFUNDED) }
}

/* What the status asks of seats and money; it is final, so it is not remembered. */
inline finish(b, which) {
    if
    :: booking[b].status == BOOKED ->
        book_seats(b, which);
        d_step { mark_settled(b, booking[b].payment_id) }
    :: ENDED(b) ->
        release_seats(b, which);
        if
        :: booking[b].payment != UNPAID ->
#ifndef NO_REFUND_AT_THE_END
            give_back(b, booking[b].payment_id)
#else
            d_step { mark_returned(b, booking[b].payment_id, REFUNDED) }
#endif
        :: else
        fi
    fi;
#if RELAYS
    d_step { finished_at[b] = booking[b].revision }
#endif
}

inline end_booking(b, at, as, paid, outcome) {
#ifdef SEATS_BEFORE_STATUS
    release_seats(b, booking[b].seats);
#endif
    d_step { mark_ended(b, at, as, paid, outcome) };
    if
    :: outcome -> finish(b, booking[b].seats)
    :: !outcome
    fi
}

inline read_locked(b, at, paid) {
    d_step {
        booking[b].status == LOCKED ->
        at = booking[b].revision;
        paid = (booking[b].payment == SUCCESS)
    }
}

/* Seats that are overdue, as bits, and the booking that has them. */
inline resolve_overdue(b, which) {
    do
    :: booking[b].status == MISSING ->
#ifdef NO_ADOPTION
        release_seats(b, which);
        break
#else
        d_step { insert_booking(b, EXPIRED, which, E_LOCKED | E_ENDED, true, ok) }
#endif
    :: read_locked(b, at, paid);
        end_booking(b, at, EXPIRED, paid, ok);
        if
        :: ok -> break
        :: !ok
        fi
    :: booking[b].status == BOOKED || ENDED(b) ->
        finish(b, (which | booking[b].seats));
        break
    od
}

/* ---- repair.cpp -------------------------------------------------------------------------- */

/* What a process remembers between two steps. */
#define MEMORY byte target, which, at, key; bool paid, late, ok
#define FORGET target = 0; which = 0; at = 0; key = 0; paid = false; late = false; ok = false

inline finish_booking(b) {
    finish(b, booking[b].seats);
    d_step { booking[b].unfinished = false }
}

inline settle(b, money_id, charged) {
    if
    :: booking[b].status == BOOKED ->
        d_step { mark_settled(b, money_id) }
    :: ENDED(b) ->
#ifdef NO_LATE_REFUND
        d_step { mark_returned(b, money_id, REFUNDED) }
#else
        give_back(b, money_id)
#endif
    :: booking[b].status == LOCKED && charged && booking[b].payment == UNPAID ->
        atomic { ask_clock(late); note_payment(b, money_id, late, ok) }
    :: else
    fi
}

inline overdue_seats(s) {
    d_step {
        seat[s].state == LOCKED ->
        target = seat[s].booking;
        which = BIT(s);
        if
        :: seat[1 - s].state == LOCKED && seat[1 - s].booking == target -> which = 3
        :: else
        fi
    }
}

inline unfinished_booking(b) {
    d_step { booking[b].unfinished -> target = b }
}

inline unsettled_payment(b) {
    d_step {
        payment[b].unsettled ->
        target = b;
        key = payment[b].id;
        paid = (payment[b].status == SUCCESS)
    }
}

proctype Worker() {
    MEMORY;
again:
    {
        do
        :: overdue_seats(0); resolve_overdue(target, which)
        :: overdue_seats(1); resolve_overdue(target, which)
        :: unfinished_booking(1); finish_booking(target)
        :: unfinished_booking(2); finish_booking(target)
        :: unfinished_booking(3); finish_booking(target)
        :: unsettled_payment(ATTENDED); settle(target, key, paid)
        :: requests == 0 -> goto over
        od
    } unless { atomic { crash ? _; FORGET; goto again } };
over:
    atomic { others--; FORGET }
}

/* ---- hold.cpp ---------------------------------------------------------------------------- */

#define WANTED(b, s) ((WANTS(b) & BIT(s)) != 0)
#define SOLD(b) (WANTED(b, 0) && seat[0].state == BOOKED || WANTED(b, 1) && seat[1].state == BOOKED)
#define FREE(b) ((!WANTED(b, 0) || seat[0].state == AVAILABLE) && \
    (!WANTED(b, 1) || seat[1].state == AVAILABLE))

#define VERSION_KNOWN(b, s) (!WANTED(b, s) || seat[s].version == seen[b].version[s] + 1)

inline lock_in_way(b) {
    if
    :: WANTED(b, 0) && seat[0].state == LOCKED -> target = seat[0].booking; which = BIT(0)
    :: else -> target = seat[1].booking; which = BIT(1)
    fi;
    if
    :: WANTED(b, 1) && seat[1].state == LOCKED && seat[1].booking == target ->
        which = which | BIT(1)
    :: else
    fi
}

/* One seat of the bulk. When its answer is lost it has not been done; it may be done later. */
inline take_seat(s, b) {
    atomic {
        if
        :: WANTED(b, s) ->
            lock_seat(s, b, ok);
            if
            :: ok
            :: else -> missed = true
            fi
        :: WANTED(b, s) && lost < LOSSES ->
            lost++;
            unanswered = true;
            if
            :: late_lock[b] = late_lock[b] | BIT(s)
            :: true
            fi
        :: !WANTED(b, s)
        fi
    }
}

/* After an insert without an answer. LOCKED: the booking lives; CANCELLED: none ever will under
   this id; MISSING: not known. */
inline ask_again(b) {
    at = 0;
    do
    :: at < 2 && booking[b].status == MISSING ->
#ifdef MISSING_IS_NEVER
        ok = true;
#else
        d_step {
            insert_booking(b, CANCELLED, WANTS(b), E_LOCKED | E_ENDED, true, ok)
        };
#endif
        if
        :: ok -> fate = CANCELLED; break
        :: !ok -> at++
        fi
#ifdef SOLD_IS_ENDED
    :: booking[b].status == LOCKED -> fate = LOCKED; break
    :: booking[b].status == BOOKED -> fate = CANCELLED; break
#else
    :: booking[b].status == LOCKED || booking[b].status == BOOKED -> fate = LOCKED; break
#endif
    :: ENDED(b) -> fate = CANCELLED; break
    :: at == 2 && booking[b].status == MISSING -> fate = MISSING; break
    od;
    at = 0
}

/* One attempt. It goes without Redis, which could but refuse it (README.md). */
proctype Hold(byte b) {
    MEMORY;
    bool missed, unanswered;
    mtype fate;
    {
        do
        :: SOLD(b) -> goto refused
        :: d_step { FREE(b) -> seen[b].version[0] = seat[0].version; seen[b].version[1] = seat[1].version };
            break
        :: atomic {
                !SOLD(b) && !FREE(b) ->
                ask_clock(late);
                if
                :: late -> lock_in_way(b)
                :: else -> goto refused
                fi
            };
            resolve_overdue(target, which)
        od;
        /* Neighbours in different orders. */
        take_seat(1 - (b & 1), b);
        take_seat((b & 1), b);
        if
        :: unanswered -> release_seats(b, WANTS(b)); goto over
        :: !unanswered && missed -> release_seats(b, WANTS(b)); goto refused
        :: else
        fi;
        atomic {
            if
            :: insert_booking(b, LOCKED, WANTS(b), E_LOCKED, false, ok);
                if
                :: ok ->
                    MUST(VERSION_KNOWN(b, 0) && VERSION_KNOWN(b, 1), versions_are_known);
                    told_held[b] = true;
                    goto over
                :: else
                fi
            :: lost < LOSSES ->
                lost++;
                unanswered = true;
#ifdef LOST_IS_INSERTED
                told_held[b] = true;
                goto over;
#endif
                if
                :: late_insert[b] = true
                :: true
                fi
            fi
        };
#ifndef LOST_IS_NOT_INSERTED
        if
        :: unanswered ->
            ask_again(b);
            if
            :: fate == LOCKED -> told_held[b] = true; goto over
            :: fate == CANCELLED -> release_seats(b, WANTS(b)); goto over
            :: fate == MISSING -> goto over
            fi
        :: else
        fi;
#endif
        release_seats(b, WANTS(b));
        goto over;
refused:
        told_refused[b] = true
    } unless { crash ? _ };
over:
    atomic { requests--; FORGET; missed = false; unanswered = false; fate = 0 }
}

/* Writes that land after their answer was given up. */
inline late_write(b) {
    if
    :: atomic {
            late_lock[b] & BIT(0) -> lock_seat(0, b, ok); late_lock[b] = late_lock[b] & BIT(1)
        }
    :: atomic {
            late_lock[b] & BIT(1) -> lock_seat(1, b, ok); late_lock[b] = late_lock[b] & BIT(0)
        }
    :: atomic {
            late_insert[b] -> insert_booking(b, LOCKED, WANTS(b), E_LOCKED, false, ok);
            late_insert[b] = false
        }
    fi
}

#define NOTHING_LATE(b) (late_lock[b] == 0 && !late_insert[b])

proctype Network() {
    bool ok;
    do
    :: late_write(1)
    :: late_write(2)
    :: late_write(3)
    :: requests == 0 && EACH_BOOKING(NOTHING_LATE) -> break
    od;
    atomic { others--; ok = false }
}

/* ---- sale.cpp ---------------------------------------------------------------------------- */

#define MINE ATTENDED

proctype Pay(byte own) {
    MEMORY;
    mtype status;
    {
        atomic {
            booking[MINE].status != MISSING -> ask_clock(late);
            if
            :: booking[MINE].payment == SUCCESS -> told_paid[MINE] = true; goto over
            :: booking[MINE].payment != SUCCESS && (booking[MINE].status != LOCKED || late) ->
                goto over
            :: else
            fi
        };
        d_step {
            if
#ifdef PAY_TWICE
            :: true ->
#else
            :: payment[MINE].id == 0 ->
#endif
                payment[MINE].id = own;
                payment[MINE].status = PENDING;
                payment[MINE].unsettled = true;
                key = own;
                status = PENDING
            :: else -> key = 0
            fi
        };
        if
        :: key == 0 -> d_step { key = payment[MINE].id; status = payment[MINE].status }
        :: else
        fi;
        if
        :: status == FAILED -> goto over
        :: status == REFUNDED -> goto too_late
        :: status == SUCCESS
        :: status == PENDING ->
            atomic { charge(key, ok) };
            if
            :: ok ->
                d_step {
                    if
                    :: payment[MINE].id == key && payment[MINE].status == PENDING ->
                        payment[MINE].status = SUCCESS
                    :: else
                    fi
                }
            :: !ok ->
                d_step { mark_returned(MINE, key, FAILED) };
                goto over
            fi
        fi;
        atomic {
            ask_clock(late);
            note_payment(MINE, key, late, ok);
            if
            :: ok -> told_paid[MINE] = true; goto over
            :: else
            fi
        };
too_late:
        do
        :: booking[MINE].payment == SUCCESS && booking[MINE].payment_id == key ->
            told_paid[MINE] = true;
            goto over
        :: booking[MINE].status == LOCKED && booking[MINE].payment != SUCCESS ->
            atomic {
                read_locked(MINE, at, paid);
                ask_clock(late);
                if
                :: late
                :: else -> goto over
                fi
            };
            end_booking(MINE, at, EXPIRED, paid, ok)
        :: booking[MINE].status != LOCKED && booking[MINE].payment == UNPAID ->
            give_back(MINE, key);
            goto over
        :: else -> goto over
        od
    } unless { crash ? _ };
over:
    atomic { requests--; FORGET; status = 0 }
}

proctype Confirm() {
    MEMORY;
    {
        do
        :: atomic {
                booking[MINE].status != MISSING -> ask_clock(late);
                mark_booked(MINE, late, ok)
            };
            if
            :: ok ->
                finish(MINE, booking[MINE].seats);
                told_end[MINE] = BOOKED;
                goto over
            :: !ok
            fi;
            atomic {
                if
                :: booking[MINE].status == BOOKED -> told_end[MINE] = BOOKED; goto over
                :: booking[MINE].status == LOCKED && booking[MINE].payment == SUCCESS ->
                    ask_clock(late);
                    if
                    :: late -> goto over
                    :: else
                    fi
                :: else -> goto over
                fi
            }
        od
    } unless { crash ? _ };
over:
    atomic { requests--; FORGET }
}

proctype Cancel() {
    MEMORY;
    {
        do
        :: read_locked(MINE, at, paid);
            end_booking(MINE, at, CANCELLED, paid, ok);
            if
            :: ok -> told_end[MINE] = CANCELLED; goto over
            :: !ok
            fi
        :: booking[MINE].status == CANCELLED -> told_end[MINE] = CANCELLED; goto over
        :: booking[MINE].status == BOOKED || booking[MINE].status == EXPIRED -> goto over
        od
    } unless { crash ? _ };
over:
    atomic { requests--; FORGET }
}

/* ---- The relay and the audit log --------------------------------------------------------- */

inline read_outbox(b) {
    d_step {
        booking[b].outbox ->
        target = b;
        which = booking[b].outbox;
        at = booking[b].revision;
        paid = (finished_at[b] == at)
    }
}

inline clear_outbox(b, revision_read, finished) {
    d_step {
        if
#ifdef CLEAR_ANY_REVISION
        :: true ->
#else
        :: booking[b].revision == revision_read ->
#endif
            booking[b].outbox = 0;
            if
            :: finished -> booking[b].unfinished = false
            :: else
            fi
        :: else
        fi
    }
}

inline deliver() {
#ifdef CLEAR_BEFORE_PUBLISH
    clear_outbox(target, at, paid);
    d_step { published[target] = published[target] | which }
#else
    d_step { published[target] = published[target] | which };
    clear_outbox(target, at, paid)
#endif
}

proctype Relay() {
    MEMORY;
again:
    {
        do
        :: read_outbox(1); deliver()
        :: read_outbox(2); deliver()
        :: requests == 0 -> goto over
        od
    } unless { atomic { crash ? _; FORGET; goto again } };
over:
    atomic { others--; FORGET }
}

/* Each event arrives, and arrives again. */
inline consume(b) {
    logged[b] = published[b];
#ifdef LOG_EVERY_DELIVERY
    logged_twice[b] = published[b]  /* without the unique event_id */
#endif
}

/* ---- When all is quiet ------------------------------------------------------------------- */

#define STATUS_KNOWN(b) (booking[b].status != LOCKED && !booking[b].unfinished)
#define SEATS_FOLLOW(s, b) (booking[b].status != BOOKED || !HAS(b, s) || seat[s].state == BOOKED)
#define SEATS_FOLLOW_ALL(b) EACH_SEAT(SEATS_FOLLOW, b)
#define PAYMENT_DECIDED(b) (!payment[b].unsettled && payment[b].status != PENDING && \
    (payment[b].status == SUCCESS) == (booking[b].status == BOOKED) && \
    (booking[b].payment == SUCCESS) == (booking[b].status == BOOKED))
#define EVENTS_OF(b) (booking[b].status == MISSING -> 0 : (E_LOCKED | \
    (booking[b].payment != UNPAID -> E_PAID : 0) | \
    (booking[b].payment == REFUNDED -> E_REFUNDED : 0) | \
    (booking[b].status == BOOKED -> E_CONFIRMED : 0) | (ENDED(b) -> E_ENDED : 0)))
#define ONCE(b) (logged_twice[b] == 0)
#define TICKET_FOR(n) (booking[MINE].status == BOOKED && booking[MINE].payment_id == n)
#define EVENTS_LOGGED(b) (booking[b].outbox == 0 && logged[b] == EVENTS_OF(b))

/* Nobody crashes any more, all holds' time is over, and one worker goes round once. */
proctype Calm() {
    MEMORY;
    byte n;
    atomic { requests == 0 && others == 0 -> calm = true };
    if
    :: overdue_seats(0); resolve_overdue(target, which)
    :: seat[0].state != LOCKED
    fi;
    if
    :: overdue_seats(1); resolve_overdue(target, which)
    :: seat[1].state != LOCKED
    fi;
    for (n : 1 .. BOOKINGS) {
        if
        :: booking[n].unfinished -> finish_booking(n)
        :: !booking[n].unfinished
        fi
    }
    if
    :: unsettled_payment(MINE); settle(target, key, paid)
    :: !payment[MINE].unsettled
    fi;
#if RELAYS
    for (n : 1 .. BOOKINGS) {
        if
        :: booking[n].outbox -> read_outbox(n); deliver()
        :: !booking[n].outbox
        fi;
        d_step { consume(n) }
    }
    MUST(EACH_BOOKING(EVENTS_LOGGED), every_event_is_logged);
    MUST(EACH_BOOKING(ONCE), event_is_logged_once);
#endif
    MUST(seat[0].state != LOCKED && seat[1].state != LOCKED, no_seat_locked_for_nobody);
    MUST(EACH_BOOKING(STATUS_KNOWN), bookings_finished);
    MUST(EACH_BOOKING(SEATS_FOLLOW_ALL), seats_follow_bookings);
    MUST(PAYMENT_DECIDED(MINE), payments_decided);
    for (n : 1 .. PAYS + 1) {
        MUST(money[n] != CHARGED || TICKET_FOR(n), no_money_without_ticket)
    }
}

#define TIMES(count, what) n = 1; do :: n <= count -> what; n++ :: else -> break od

init {
    byte n;
    atomic {
        for (n : 0 .. SEATS - 1) {
            seat[n].state = AVAILABLE
        }
        for (n : 0 .. BOOKINGS) {
            booking[n].status = MISSING;
            booking[n].payment = UNPAID;
            payment[n].status = UNPAID;
            told_end[n] = MISSING
        }
        for (n : 0 .. PAYS + 1) {
            money[n] = UNTOUCHED
        }
#if START
        for (n : 0 .. SEATS - 1) {
            seat[n].state = LOCKED;
            seat[n].booking = 1;
            seat[n].version = 1
        }
        booking[1].status = LOCKED;
        booking[1].revision = 1;
        booking[1].seats = 3;
        push_event(1, E_LOCKED);
        told_held[1] = true;
#endif
#if START == 2
        money[PAYS + 1] = CHARGED;
        payment[1].status = SUCCESS;
        payment[1].id = PAYS + 1;
        payment[1].unsettled = true;
        note_payment(1, PAYS + 1, false, told_paid[1]);
#endif
        requests = HOLDS + PAYS + CONFIRMS + CANCELS;
        others = WORKERS + RELAYS;
        run Calm();
#if CRASHES
        run Chaos();
#endif
        TIMES(WORKERS, run Worker());
        TIMES(RELAYS, run Relay());
#if LOSSES
        others++;
        run Network();
#endif
        TIMES(HOLDS, run Hold(FIRST + n - 1));
        TIMES(PAYS, run Pay(n));
        TIMES(CONFIRMS, run Confirm());
        TIMES(CANCELS, run Cancel());
        run Watch();  /* last: the checker tries it first in every state */
        n = 0
    }
}
