"""Honest programs of the lab that ask many hosts, or one host for much.

udp-pool PORT HOSTS          one datagram to PORT of each host, repeated after a second
dht HOSTS HOSTS              one socket, a random high port of each host, as a DHT node asks its neighbours
torrent PORT HOSTS HOSTS     connections and datagrams to half of the hosts at PORT, to half at a port of their own
ice HOSTS HOSTS              connectivity checks (STUN) to two candidates of each host
rtp TARGET                   media to ports that were closed a moment ago, RTP and RTCP
domain TARGET                a domain member that looks for its controller: CLDAP, DNS, time, Kerberos, LDAP, files, RPC
printers TARGET              what a router asks a client of its network for: maker's discovery, web, LPR, raw printing, mDNS
wakes TARGET PORT COUNT      connections that stand, data after the server's end forgot them, all closed at once
"""
import ipaddress
import os
import random
import socket
import sys
import time


def hosts(text):
    first, _, last = text.partition("-")
    start = ipaddress.ip_address(first)
    return [str(start + i) for i in range(int(last or first.split(".")[-1]) - int(first.split(".")[-1]) + 1)]


def datagram(s, host, port, size=60):
    try:
        s.sendto(os.urandom(size), (host, port))
    except OSError:
        pass  # the refusal of an earlier one
    time.sleep(0.01)


def connect(host, port, wait=0.15):
    s = socket.socket()
    s.settimeout(wait)
    try:
        s.connect((host, port))
        s.sendall(b"hello\r\n")
        s.recv(100)
    except OSError:
        pass
    s.close()
    time.sleep(0.02)


what, rest = sys.argv[1], sys.argv[2:]
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
if what == "udp-pool":
    for _ in range(2):
        for host in hosts(rest[1]):
            datagram(udp, host, int(rest[0]), 48)
        time.sleep(1)
elif what == "dht":
    udp.bind(("", 6881))
    everybody = hosts(rest[0]) + hosts(rest[1])
    random.shuffle(everybody)
    for host in everybody:
        datagram(udp, host, random.randint(1025, 65535), 90)
elif what == "torrent":
    port = int(rest[0])
    udp.bind(("", port))
    everybody = hosts(rest[1]) + hosts(rest[2])
    random.shuffle(everybody)
    for i, host in enumerate(everybody):
        theirs = port if i % 2 else random.randint(10000, 65535)
        datagram(udp, host, theirs, 30)
        connect(host, theirs)
elif what == "ice":
    udp.bind(("", 0))
    pairs = [(host, random.randint(49152, 65535)) for host in hosts(rest[0]) + hosts(rest[1]) for _ in range(2)]
    for _ in range(4):
        for host, port in pairs:
            datagram(udp, host, port, 100)
        time.sleep(0.1)
elif what == "rtp":
    udp.bind(("", 16384))
    rtcp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    rtcp.bind(("", 16385))
    for _ in range(40):
        datagram(udp, rest[0], 30000, 172)
    for _ in range(2):
        datagram(rtcp, rest[0], 30001, 60)
elif what == "domain":
    for port in (389, 53, 123):
        datagram(udp, rest[0], port)
    for port in (88, 389, 445, 135, 464, 3268, 636):
        connect(rest[0], port, 0.3)
elif what == "printers":
    for _ in range(3):
        datagram(udp, rest[0], 9999, 512)
    for port in (80, 515, 9100):
        connect(rest[0], port)
    datagram(udp, rest[0], 5353, 34)
    datagram(udp, rest[0], 137, 50)
elif what == "wakes":
    idle = []
    for _ in range(int(rest[2])):
        s = socket.socket()
        s.connect((rest[0], int(rest[1])))
        s.sendall(b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n")
        s.recv(4000)
        idle.append(s)
    time.sleep(0.5)
    for s in idle:
        s.close()
