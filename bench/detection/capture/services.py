"""Small services of the lab: MODE:PORT[:ARG] ...
banner (text, then echo) · echo · uecho (UDP) · quic (UDP: three datagrams for one) · closefirst (closes after 0.2 s) · drip (a byte now and then)
latedns (UDP 53: answers after 0 to ARG seconds)
"""
import random
import socket
import struct
import sys
import threading
import time


def udp_loop(port, answer):
    s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    s.bind(("::", port))
    while True:
        data, peer = s.recvfrom(4096)
        answer(s, data, peer)


def dns_answer(data):
    end = data.index(b"\0", 12) + 5
    return data[:2] + struct.pack(">HHHHH", 0x8180, 1, 1, 0, 0) + data[12:end] + b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + bytes([10, 99, 7, 1])


def late(most):
    def answer(s, data, peer):
        if len(data) > 16:
            threading.Timer(random.uniform(0, most), s.sendto, (dns_answer(data), peer)).start()
    return answer


def three(s, _, peer):
    for n in (1200, 1200, 400):
        s.sendto(b"\xc0" + bytes(n), peer)


def serve(mode, arg, connection):
    with connection:
        try:
            if mode == "banner":
                connection.sendall(arg.encode() + b" lab\r\n")
            if mode == "closefirst":
                connection.sendall(b"bye\r\n")
                time.sleep(0.2)
                return
            if mode == "drip":
                for _ in range(20):
                    connection.sendall(b".")
                    time.sleep(0.1)
                return
            while data := connection.recv(4096):
                connection.sendall(data)
        except OSError:
            pass


def tcp_loop(mode, port, arg):
    s = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=128)
    while True:
        connection, _ = s.accept()
        threading.Thread(target=serve, args=(mode, arg, connection), daemon=True).start()


for spec in sys.argv[1:]:
    mode, port, arg = (spec + "::").split(":")[:3]
    if mode == "uecho":
        work = (udp_loop, int(port), lambda s, d, p: s.sendto(d, p))
    elif mode == "quic":
        work = (udp_loop, int(port), three)
    elif mode == "latedns":
        work = (udp_loop, int(port), late(float(arg)))
    else:
        work = (tcp_loop, mode, int(port), arg)
    threading.Thread(target=work[0], args=work[1:], daemon=True).start()
time.sleep(0.3)
print("ready", flush=True)
threading.Event().wait()
