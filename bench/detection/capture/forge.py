"""Raw packets that no tool of the lab sends: sweep, spread, backscatter. Root.

forge.py sweep SOURCE NET PORT            one SYN to PORT of every host of NET, in random order (as zmap does)
forge.py spread FIRST-LAST TARGET PORT    source i sends one SYN to PORT + i
forge.py backscatter TARGET COUNT         SYN-ACK and RST from a few flooded servers to random high ports of TARGET
"""
import ipaddress
import random
import socket
import struct
import sys
import time

raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def send(source, target, sport, dport, flags, window=65535):
    src, dst = socket.inet_aton(source), socket.inet_aton(target)
    tcp = struct.pack(">HHIIBBHHH", sport, dport, random.getrandbits(32), random.getrandbits(32) if flags & 0x10 else 0, 0x50, flags, window, 0, 0)
    total = checksum(src + dst + struct.pack(">BBH", 0, 6, len(tcp)) + tcp)
    tcp = tcp[:16] + struct.pack(">H", total) + tcp[18:]
    raw.sendto(struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40, 54321, 0, 255, 6, 0, src, dst) + tcp, (target, 0))
    time.sleep(0.004)


def hosts(text):
    first, last = text.split("-")
    start = ipaddress.ip_address(first)
    return [str(start + i) for i in range(int(last) - int(first.split(".")[-1]) + 1)]


what = sys.argv[1]
if what == "sweep":
    targets = [str(h) for h in ipaddress.ip_network(sys.argv[3])]
    random.shuffle(targets)
    for target in targets:
        send(sys.argv[2], target, random.randint(32768, 61000), int(sys.argv[4]), 0x02)
elif what == "spread":
    for i, source in enumerate(hosts(sys.argv[2])):
        send(source, sys.argv[3], random.randint(1024, 65535), int(sys.argv[4]) + i, 0x02)
elif what == "backscatter":
    for i in range(int(sys.argv[3])):
        server = f"10.99.7.{2 + i % 6}"
        send(server, sys.argv[2], (80, 443, 25)[i % 3], random.randint(1024, 65535), 0x12 if i % 4 else 0x14)
