"""Rewrites a little-endian microsecond Ethernet pcap: pcaptool.py IN OUT HOW [ARG]

stretch GAP        first contacts GAP seconds apart, each with its answers as they came
inbound A,B        only what A or B sent          outbound A,B   only what was sent to A or B
from SHARE         without the first SHARE of the packets
vlan qinq gre ipip vxlan                          the IP packet inside that
sll sll2 raw null                                 that link type
pcapng nano swapped                               that file format
snap54             54 bytes of each packet        backwards      every tenth time stamp a second too early
torn               the last record cut short
"""
import ipaddress
import struct
import sys


def read(path):
    data = open(path, "rb").read()
    assert data[:4] == b"\xd4\xc3\xb2\xa1" and struct.unpack_from("<I", data, 20)[0] == 1
    at, out = 24, []
    while at + 16 <= len(data):
        sec, usec, kept, size = struct.unpack_from("<IIII", data, at)
        out.append([sec * 1_000_000 + usec, size, data[at + 16:at + 16 + kept]])
        at += 16 + kept
    return out


def write(path, packets, link=1, magic=0xA1B2C3D4, order="<", unit=1):
    with open(path, "wb") as f:
        f.write(struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, link))
        for t, size, data in packets:
            f.write(struct.pack(order + "IIII", t // 1_000_000, t % 1_000_000 * unit, len(data), size) + data)


def ip(frame):
    kind = struct.unpack_from(">H", frame, 12)[0]
    return frame[14:] if kind in (0x0800, 0x86DD) else None


def ends(packet):  # source, destination
    six = packet[0] >> 4 == 6
    a, b = (packet[8:24], packet[24:40]) if six else (packet[12:16], packet[16:20])
    return ipaddress.ip_address(a), ipaddress.ip_address(b)


def contact(packet, attacker):  # (host, protocol, port) touched, whichever way this packet goes
    source, target = ends(packet)
    header = (packet[0] & 15) * 4
    protocol = packet[9]
    if protocol == 1:  # an error: the quoted packet says what it answers
        return contact(packet[header + 8:], attacker)
    sport, dport = struct.unpack_from(">HH", packet, header)
    return (target, protocol, dport) if source == attacker else (source, protocol, sport)


def ip4_around(packet, protocol, inner):
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(inner), 7, 0, 64, protocol, 0, bytes([10, 99, 200, 1]), bytes([10, 99, 200, 2]))
    total = sum(struct.unpack(">10H", head))
    total = (total >> 16) + (total & 0xFFFF)
    return head[:10] + struct.pack(">H", ~total & 0xFFFF) + head[12:] + inner


def inside(how, frame):
    packet = ip(frame)
    macs, kind = frame[:12], frame[12:14]
    if how == "vlan":
        return macs + b"\x81\x00\x00\x2a" + kind + packet
    if how == "qinq":
        return macs + b"\x88\xa8\x00\x07\x81\x00\x00\x2a" + kind + packet
    if how == "sll":
        return struct.pack(">HHH8s", 0, 1, 6, frame[6:12]) + kind + packet
    if how == "sll2":
        return kind + struct.pack(">HIHBB8s", 0, 2, 1, 0, 6, frame[6:12]) + packet
    if how == "raw":
        return packet
    if how == "null":
        return struct.pack("<I", 2 if packet[0] >> 4 == 4 else 30) + packet
    if how == "gre":
        return macs + b"\x08\x00" + ip4_around(packet, 47, b"\0\0" + kind + packet)
    if how == "ipip":
        return macs + b"\x08\x00" + ip4_around(packet, 4 if packet[0] >> 4 == 4 else 41, packet)
    if how == "vxlan":
        body = b"\x08\0\0\0\0\0\x2a\0" + frame
        return macs + b"\x08\x00" + ip4_around(packet, 17, struct.pack(">HHHH", 40000, 4789, 8 + len(body), 0) + body)
    raise SystemExit(__doc__)


def stretch(packets, gap):
    attacker = ends(next(ip(d) for _, _, d in packets if ip(d)))[0]
    base, first, out = packets[0][0], {}, []
    for t, size, data in packets:
        if not ip(data):
            continue
        key = contact(ip(data), attacker)
        start = first.setdefault(key, (t, len(first)))
        out.append([base + start[1] * gap + (t - start[0]), size, data])
    return sorted(out, key=lambda p: p[0])


def pcapng(path, packets):
    with open(path, "wb") as f:
        f.write(struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28) + struct.pack("<IIHHII", 1, 20, 1, 0, 262144, 20))
        for t, size, data in packets:
            padded = data + b"\0" * (-len(data) % 4)
            length = 32 + len(padded)
            f.write(struct.pack("<IIIIIII", 6, length, 0, t >> 32, t & 0xFFFFFFFF, len(data), size) + padded + struct.pack("<I", length))


source, target, how = sys.argv[1:4]
packets = read(source)
if how == "stretch":
    write(target, stretch(packets, int(sys.argv[4]) * 1_000_000))
elif how in ("inbound", "outbound"):
    mine = {ipaddress.ip_address(x) for x in sys.argv[4].split(",")}
    write(target, [p for p in packets if ip(p[2]) and ends(ip(p[2]))[how == "outbound"] in mine])
elif how == "from":
    write(target, packets[int(len(packets) * float(sys.argv[4])):])
elif how == "pcapng":
    pcapng(target, packets)
elif how == "nano":
    write(target, packets, magic=0xA1B23C4D, unit=1000)
elif how == "swapped":
    write(target, packets, order=">")
elif how == "snap54":
    write(target, [[t, size, d[:54]] for t, size, d in packets])
elif how == "backwards":
    write(target, [[t - 1_000_000 if i % 10 == 9 else t, size, d] for i, (t, size, d) in enumerate(packets)])
elif how == "torn":
    write(target, packets)
    data = open(target, "rb").read()
    open(target, "wb").write(data[:-7])
else:
    link = {"sll": 113, "sll2": 276, "raw": 101, "null": 0}.get(how, 1)
    out = []
    for t, size, data in packets:
        if ip(data):
            new = inside(how, data)
            out.append([t, size + len(new) - len(data), new])
    write(target, out, link=link)
