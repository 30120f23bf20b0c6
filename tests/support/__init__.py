"""What the black-box tests are written with.

server      starts, stops and kills the program, and reads its log
backing     what a cluster stands on: a database, a Redis, a RabbitMQ vhost
cluster     several servers on one backing, and what they must leave behind
network     what stands between them and their backing, to be slowed and cut
nginx       the site's own settings, before servers of the test's choice
proxied     two servers behind nginx that look like one
client      one user's requests, every answer checked against the contract
contract    api/openapi.yaml as a checker of answers
volley      many requests that truly collide
ledger      whether seats, bookings, payments and the audit log agree
world       a clock that can be set, a disk that can be read-only (world.c)
bad_days    a small disk, for one server alone
histories   recorded load, and the checker of what it was told
rawhttp     bytes over a socket, for what no decent client would send
websocket   a viewer of a seat map, and one with bad manners
"""
