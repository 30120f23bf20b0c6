"""What the black-box tests are written with.

server      starts, stops and kills the program, and reads its log
client      one user's requests, every answer checked against the contract
contract    api/openapi.yaml as a checker of answers
volley      many requests that truly collide
ledger      whether seats, bookings, payments and the audit log agree
rawhttp     bytes over a socket, for what no decent client would send
websocket   a viewer of a seat map, and one with bad manners
"""
