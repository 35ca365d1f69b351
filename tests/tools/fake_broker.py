#!/usr/bin/env python3
"""fake_broker.py FAULT PORTFILE -- a Kafka broker with a fault that a real one cannot be made to have. Its topic "t" has
one partition and three batches of one event each (offsets 0, 1, 2); the batch at offset 1 has FAULT:

  none      no fault
  crc       one wrong bit
  codec     an unknown compression codec
  lz4       bytes that are not lz4
  range     the offset was deleted: any fetch after offset 0 fails
  denied    the right to read is revoked after offset 0
  deaf      the broker accepts connections and never answers

Writes its port into PORTFILE and serves until it is killed. It knows ApiVersions 0, Metadata 1, ListOffsets 1, Fetch 4."""
import os
import socket
import struct
import sys
import threading
import time

fault, port_file = sys.argv[1:]
EVENTS = [b'{"ts":"2024-05-01T00:00:0%dZ","i":%d}' % (i, i) for i in range(3)]


def table():
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
        yield n


CRC = list(table())


def crc32c(data):
    c = 0xFFFFFFFF
    for b in data:
        c = CRC[(c ^ b) & 255] ^ c >> 8
    return c ^ 0xFFFFFFFF


def varint(n):
    n = n << 1 ^ n >> 63
    out = b""
    while n >= 128:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def batch(offset):
    """A record batch of magic 2 (KIP-98)."""
    value = EVENTS[offset]
    record = b"\0" + varint(0) + varint(0) + varint(-1) + varint(len(value)) + value + varint(0)
    records = varint(len(record)) + record
    bad = fault if offset == 1 else "none"
    if bad == "lz4":
        records = b"rubbish" * 9
    attributes = {"codec": 7, "lz4": 3}.get(bad, 0)
    body = struct.pack(">hiqqqhii", attributes, 0, 1714521600000, 1714521600000, -1, -1, -1, 1) + records
    crc = crc32c(body) ^ (bad == "crc")
    return struct.pack(">qiibI", offset, 9 + len(body), 0, 2, crc) + body


def string(s):
    return struct.pack(">h", len(s)) + s


def one_topic(partition):
    return struct.pack(">i", 1) + string(b"t") + struct.pack(">i", 1) + partition


def fetch(body):
    offset = struct.unpack(">q", body[-12:-4])[0]  # of one topic, one partition: before the last four bytes
    error = {"range": 1, "denied": 29}.get(fault, 0) if offset > 0 else 0
    last = 1 if fault in ("range", "denied") else len(EVENTS)
    data = b"".join(batch(i) for i in range(offset, last)) if not error else b""
    if not data:
        time.sleep(0.05)  # as a broker that waits for more
    return struct.pack(">i", 0) + one_topic(struct.pack(">ihqqi", 0, error, 3, 3, 0) + struct.pack(">i", len(data)) + data)


def offsets(body):
    when = struct.unpack(">q", body[-8:])[0]
    return one_topic(struct.pack(">ihqq", 0, 0, -1, 0 if when == -2 else len(EVENTS)))


def metadata(port):
    brokers = struct.pack(">ii", 1, 1) + string(b"127.0.0.1") + struct.pack(">ih", port, -1)
    partition = struct.pack(">hiiiiii", 0, 0, 1, 1, 1, 1, 1)
    return brokers + struct.pack(">iih", 1, 1, 0) + string(b"t") + struct.pack(">bi", 0, 1) + partition


def versions(version):
    known = [(0, 0, 7), (1, 0, 4), (2, 1, 1), (3, 1, 1), (18, 0, 0)]
    return struct.pack(">hi", 35 if version else 0, len(known)) + b"".join(struct.pack(">hhh", *k) for k in known)


def exactly(s, n):
    data = b""
    while len(data) < n:
        part = s.recv(n - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def serve(s, port):
    try:
        while True:
            request = exactly(s, struct.unpack(">i", exactly(s, 4))[0])
            if fault == "deaf":
                continue
            api, version, number, client = struct.unpack(">hhih", request[:10])
            body = request[10 + max(client, 0):]
            answer = {1: lambda: fetch(body), 2: lambda: offsets(body), 3: lambda: metadata(port), 18: lambda: versions(version)}
            answer = struct.pack(">i", number) + answer[api]()
            s.sendall(struct.pack(">i", len(answer)) + answer)
    except (EOFError, OSError):
        s.close()


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen()
port = listener.getsockname()[1]
with open(port_file + ".new", "w") as f:
    f.write(str(port))
os.rename(port_file + ".new", port_file)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0], port), daemon=True).start()
