"""What the engine assumes of MongoDB, tried on the one that the tests run with: whatever stands in for
it must decide conditional updates, upserts and unique keys atomically, and show no half-made document."""
import os
import threading

import bson
import pymongo
import pymongo.errors
import pytest

THREADS = 8
ROUNDS = 1000


@pytest.fixture(scope="module")
def database():
    client = pymongo.MongoClient(os.environ["TEST_MONGO_URI"], serverSelectionTimeoutMS=5000)
    name = f"assumptions_{bson.ObjectId()}"
    yield client[name]
    client.drop_database(name)
    client.close()


def race(action, rounds=ROUNDS):
    """Each round every thread calls action(round, thread); how many of them it said yes to, per round."""
    barrier = threading.Barrier(THREADS)
    wins = [0] * rounds
    failures = []
    lock = threading.Lock()

    def run(thread):
        try:
            for number in range(rounds):
                barrier.wait(30)
                if action(number, thread):
                    with lock:
                        wins[number] += 1
        except Exception as error:  # the threads that wait must not wait for ever
            failures.append(error)
            barrier.abort()

    threads = [threading.Thread(target=run, args=(thread,)) for thread in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not failures, failures
    return wins


def test_a_conditional_update_has_one_winner(database):
    seats = database["conditional"]
    seats.insert_many([{"_id": number, "state": "AVAILABLE", "version": 0} for number in range(ROUNDS)])
    wins = race(lambda number, thread: seats.update_one(
        {"_id": number, "state": "AVAILABLE", "version": 0},
        {"$set": {"state": "LOCKED", "by": thread}, "$inc": {"version": 1}}).modified_count)
    assert wins == [1] * ROUNDS
    assert seats.count_documents({"version": 1, "state": "LOCKED"}) == ROUNDS


def test_find_and_modify_has_one_winner(database):
    bookings = database["find_and_modify"]
    bookings.insert_many([{"_id": number, "status": "LOCKED", "outbox": []} for number in range(ROUNDS)])
    wins = race(lambda number, thread: bookings.find_one_and_update(
        {"_id": number, "status": "LOCKED"},
        {"$set": {"status": "BOOKED"}, "$push": {"outbox": {"by": thread}}}))
    assert wins == [1] * ROUNDS
    assert bookings.count_documents({"outbox": {"$size": 1}}) == ROUNDS


def test_an_upsert_on_a_unique_key_has_one_winner(database):
    seats = database["upsert"]
    seats.create_index([("showtime_id", 1), ("seat_code", 1)], unique=True)
    show = bson.ObjectId()

    def lock(number, thread):
        try:
            result = seats.update_one(
                {"showtime_id": show, "seat_code": f"S{number}", "state": "AVAILABLE"},
                {"$set": {"state": "LOCKED", "by": thread}, "$inc": {"version": 1}}, upsert=True)
        except pymongo.errors.DuplicateKeyError:
            return False
        return result.upserted_id is not None or result.modified_count

    assert race(lock) == [1] * ROUNDS
    assert seats.count_documents({"version": 1}) == seats.count_documents({}) == ROUNDS


def test_a_unique_sparse_key_has_one_winner(database):
    bookings = database["sparse"]
    bookings.create_index("hold_key", unique=True, sparse=True)
    bookings.insert_many([{"_id": f"without-{number}"} for number in range(3)])

    def insert(number, thread):
        try:
            bookings.insert_one({"_id": f"{number}-{thread}", "hold_key": str(number)})
        except pymongo.errors.DuplicateKeyError:
            return False
        return True

    assert race(insert) == [1] * ROUNDS
    assert bookings.count_documents({}) == ROUNDS + 3


def test_a_document_is_never_seen_half_changed(database):
    bookings = database["torn"]
    fields = [f"f{number}" for number in range(40)]
    bookings.insert_one({"_id": 1, **dict.fromkeys(fields, 0)})

    def write_or_read(number, thread):
        if thread == 0:
            bookings.update_one({"_id": 1}, {"$set": dict.fromkeys(fields, number)})
            return True
        document = bookings.find_one({"_id": 1}) if thread % 2 else \
            bookings.find_one_and_update({"_id": 1, "f0": {"$gte": 0}}, {"$inc": {"reads": 1}},
                                         return_document=pymongo.ReturnDocument.AFTER)
        assert len({document[field] for field in fields}) == 1, document
        return False

    race(write_or_read)


def test_queries_find_the_same_with_and_without_indexes(database):
    """Guards the stand-in's own indexes; a real MongoDB has no trouble with it."""
    plain, indexed = database["plain"], database["indexed"]
    for keys, options in (([("show", 1), ("code", 1)], {"unique": True}), ([("show", 1), ("state", 1)], {}),
                          ([("user", 1), ("_id", 1)], {}), ([("since", 1)], {"sparse": True}),
                          ([("tags", 1)], {})):
        indexed.create_index(keys, **options)
    for number in range(300):
        document = {"_id": number, "show": number % 3, "code": f"A{number // 3}", "state": "FREE",
                    "user": number % 7, "tags": [number % 5, number % 11]}
        if number % 4 == 0:
            document["since"] = number
        for collection in (plain, indexed):
            collection.insert_one(document)
    changes = [({"user": 3, "show": 1}, {"$set": {"state": "TAKEN", "user": 4}}),
               ({"since": {"$lte": 100}, "user": {"$in": [0, 1]}}, {"$unset": {"since": ""}}),
               ({"show": 2, "code": {"$in": ["A1", "A2", "none"]}}, {"$set": {"since": 5, "tags": [99]}})]
    for query, update in changes:
        assert plain.update_many(query, update).matched_count \
            == indexed.update_many(query, update).matched_count > 0
    for collection in (plain, indexed):
        collection.delete_many({"user": 5, "state": "FREE"})
        collection.insert_one({"_id": 5000, "show": 9, "code": "A1", "user": 4})
    for query in ({"show": 1}, {"show": 1, "state": "TAKEN"}, {"user": 4}, {"user": {"$in": [4, 6]}},
                  {"user": {"$gte": 5}}, {"since": {"$lt": 60}}, {"since": {"$gt": 3, "$lte": 20}},
                  {"since": {"$exists": True}}, {"since": None}, {"tags": 99}, {"tags": {"$in": [1, 2]}},
                  {"show": 0, "code": "A7"}, {"show": {"$in": [0, 2]}, "code": {"$in": ["A1", "A9"]}},
                  {"show": 0, "code": "A7", "user": 0}, {"show": 1, "code": {"$gt": "A50"}},
                  {"_id": {"$in": [3, 4, 5, 5000]}, "show": {"$ne": 0}}, {"_id": {"$gt": 250}}):
        found = [list(collection.find(query).sort("_id", 1)) for collection in (plain, indexed)]
        assert found[0] == found[1], query
        assert found[0], query
    with pytest.raises(pymongo.errors.DuplicateKeyError):
        indexed.insert_one({"show": 9, "code": "A1"})
