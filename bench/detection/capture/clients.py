"""Clients of the lab, each doing what a known honest (or not so honest) program does.

try [--gap S] [--read] [--wait S] TARGET PORTS     a TCP connection to each port in turn; --read waits for a banner, sends a line
retry TARGET PORT COUNT GAP                         one port again and again
peers [--read] PORT HOSTS | peers any HOSTS         one connection to PORT (or a random high port each) of each host
many TARGET PORT COUNT                              that many connections at once
udp TARGET PORT COUNT [GAP]                         datagrams from new source ports, answers awaited
lingering TARGET PORT COUNT                         let the server close, send afterwards, then close
spread SOURCES TARGET PORT [EACH]                   source i connects to PORT + i*EACH ...
asyncdns SERVER COUNT                               queries, each from its own port that is closed after 2 s (answers come later)
multicast                                           mDNS, SSDP, LLMNR, NetBIOS, DHCP broadcast
swarm TARGET HOSTS                                  many sources, each tries the one same port of TARGET
half TARGET PORT COUNT                              connects and vanishes without FIN (RST)
PORTS: 21,22,80-90. HOSTS: 10.99.1.1-60
"""
import argparse
import ipaddress
import random
import socket
import struct
import sys
import time

p = argparse.ArgumentParser()
p.add_argument("what")
p.add_argument("rest", nargs="*")
p.add_argument("--gap", type=float, default=0.02)
p.add_argument("--wait", type=float, default=1.0)
p.add_argument("--read", action="store_true")
args = p.parse_intermixed_args()
rest = args.rest


def ports(text):
    for part in text.split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def hosts(text):
    first, _, last = text.partition("-")
    start = ipaddress.ip_address(first)
    return [str(start + i) for i in range(int(last or first.split(".")[-1]) - int(first.split(".")[-1]) + 1)]


def touch(host, port, source=None, read=False):
    s = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    s.settimeout(args.wait)
    try:
        if source:
            s.bind((source, 0))
        s.connect((host, port))
        if read:
            s.sendall(b"HELO lab\r\n")
            s.recv(200)
    except OSError as e:
        print(host, port, e)
    finally:
        s.close()
    time.sleep(args.gap)


if args.what == "try":
    for port in ports(rest[1]):
        touch(rest[0], port, read=args.read)
elif args.what == "retry":
    args.gap = float(rest[3])
    for _ in range(int(rest[2])):
        touch(rest[0], int(rest[1]))
elif args.what == "peers":
    for host in hosts(rest[1]):
        touch(host, random.randint(10000, 65000) if rest[0] == "any" else int(rest[0]), read=args.read)
elif args.what == "many":
    sockets = []
    for _ in range(int(rest[2])):
        s = socket.create_connection((rest[0], int(rest[1])), 2)
        s.sendall(b"GET / HTTP/1.0\r\n\r\n")
        sockets.append(s)
    for s in sockets:
        s.recv(4096)
        s.close()
elif args.what == "udp":
    for _ in range(int(rest[2])):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.settimeout(0.3)
        try:
            s.connect((rest[0], int(rest[1])))
            s.send(b"\xc3" + bytes(1199) if rest[1] == "443" else b"hello")
            for _ in range(3):
                s.recv(2000)
        except OSError:
            pass
        s.close()
        time.sleep(float(rest[3]) if len(rest) > 3 else 0.02)
elif args.what == "lingering":
    for _ in range(int(rest[2])):
        s = socket.create_connection((rest[0], int(rest[1])), 2)
        s.recv(100)
        time.sleep(0.4)
        try:
            s.sendall(b"more\r\n")
            time.sleep(0.1)
            s.sendall(b"more\r\n")
        except OSError:
            pass
        s.close()
elif args.what == "spread":
    each = int(rest[3]) if len(rest) > 3 else 1
    for i, source in enumerate(hosts(rest[0])):
        for k in range(each):
            touch(rest[1], int(rest[2]) + i * each + k, source)
elif args.what == "swarm":
    target, port = rest[0].split(":")
    for source in hosts(rest[1]):
        touch(target, int(port), source)
elif args.what == "half":
    for _ in range(int(rest[2])):
        s = socket.create_connection((rest[0], int(rest[1])), 2)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.close()
        time.sleep(args.gap)
elif args.what == "asyncdns":
    opened = []
    for i in range(int(rest[1])):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        name = b"".join(bytes([len(x)]) + x for x in (b"host%d" % i, b"example"))
        s.sendto(struct.pack(">HHHHHH", i, 0x100, 1, 0, 0, 0) + name + b"\0\0\1\0\1", (rest[0], 53))
        opened.append((time.monotonic(), s))
        time.sleep(0.05)
        while opened and time.monotonic() - opened[0][0] > 2:
            opened.pop(0)[1].close()
    time.sleep(2)
    for _, s in opened:
        s.close()
    time.sleep(7)
elif args.what == "multicast":
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(rest[0]))
    everywhere = rest[1]
    search = b'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nST: ssdp:all\r\n\r\n'
    query = struct.pack(">HHHHHH", 0, 0, 1, 0, 0, 0) + b"\x05_http\x04_tcp\x05local\0\0\x0c\0\1"
    for _ in range(6):
        for data, to in ((query, ("224.0.0.251", 5353)), (search, ("239.255.255.250", 1900)), (query, ("224.0.0.252", 5355)), (query, (everywhere, 137)), (query, (everywhere, 138)),
                         (b"\1\1\6\0" + bytes(240), ("255.255.255.255", 67)), (b"hello", (everywhere, 17500)), (b"hello", (everywhere, 9956)), (search, ("239.255.255.250", 3702)), (b"x", (everywhere, 631))):
            try:
                s.sendto(data, to)
            except OSError as e:
                print(to, e)
            time.sleep(0.05)
else:
    sys.exit(__doc__)
