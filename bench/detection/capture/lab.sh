# shellcheck shell=bash disable=SC2034,SC2086,SC2154 # single words; variables shared with make-captures.sh
# The lab: seven namespaces, one router between them; a capture is taken on the victim's only outer interface. Sourced, not run.
#
#   A attacker  10.99.66.1 (.11-.14 too, 10.99.67.0/24 as well)   fd99:0:0:a::1
#   C client    10.99.7.1 (.2-.9 too, 10.99.70.0/24 as well)      fd99:0:0:c::1
#   I inner     10.99.8.0/24 behind N (masquerade)  N 10.99.9.1
#   K container 10.99.50.2 behind V (DNAT of 8088)
#   V victim    10.99.0.2 answers RST · 10.99.0.9 drops what it does not serve · 10.99.0.8 prohibits it · 10.99.0.21-29
#               10.99.1.0/24 all alive · 10.99.2.0/24 dark but for .5 and .17                          fd99:0:0:1::2
#   R router    one leg into each, everything else ends there
VICTIM=10.99.0.2 SILENT=10.99.0.9 PROHIBIT=10.99.0.8 VICTIM6=fd99:0:0:1::2
ATTACKER=10.99.66.1 ATTACKER6=fd99:0:0:a::1 CLIENT=10.99.7.1 CLIENT6=fd99:0:0:c::1 NAT=10.99.9.1
export VICTIM SILENT PROHIBIT VICTIM6 ATTACKER ATTACKER6 CLIENT CLIENT6 NAT
HERE=${HERE:?}

in_ns() { local n=$1; shift; ip netns exec "$LAB$n" "$@"; }
a() { in_ns A "$@"; }
c() { in_ns C "$@"; }
v() { in_ns V "$@"; }
tool() { python3 "$HERE/capture/$1.py" "${@:2}"; }

leg() { # NS ADDRESS/24 GATEWAY [ADDRESS6/64 GATEWAY6]: a leg of the router into NS, default route through it
  ip -n "$LAB$1" link add eth0 type veth peer name "to$1" netns "${LAB}R" || return 1
  ip -n "$LAB$1" addr add "$2" dev eth0
  ip -n "${LAB}R" addr add "$3/24" dev "to$1"
  if [ $# -gt 3 ]; then
    ip -n "$LAB$1" addr add "$4" dev eth0 nodad
    ip -n "${LAB}R" addr add "$5/64" dev "to$1" nodad
  fi
  ip -n "$LAB$1" link set eth0 up
  ip -n "${LAB}R" link set "to$1" up
  ip -n "$LAB$1" route add default via "$3"
  [ $# -gt 3 ] && ip -n "$LAB$1" -6 route add default via "$5"
  return 0
}

lab_up() {
  local n i
  lab_down_namespaces
  for n in R A C N I K V; do
    ip netns add "$LAB$n" || return 1
    ip netns exec "$LAB$n" sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_ra=0 \
      net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.default.send_redirects=0
    ip -n "$LAB$n" link set lo up
  done
  in_ns V sysctl -qw net.ipv4.tcp_synack_retries=1 # a flood is answered within its own capture
  for n in R N V; do ip netns exec "$LAB$n" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1; done
  leg V $VICTIM/24 10.99.0.1 $VICTIM6/64 fd99:0:0:1::1 && leg A $ATTACKER/24 10.99.66.254 $ATTACKER6/64 fd99:0:0:a::fe &&
    leg C $CLIENT/24 10.99.7.254 $CLIENT6/64 fd99:0:0:c::fe && leg N $NAT/24 10.99.9.254 || return 1
  for i in 11 12 13 14; do ip -n "${LAB}A" addr add 10.99.66.$i/24 dev eth0; done
  for i in 2 3 4 5 6 7 8 9; do ip -n "${LAB}C" addr add 10.99.7.$i/24 dev eth0; done
  for i in 8 9 21 22 23 24 25 26 27 28 29; do ip -n "${LAB}V" addr add 10.99.0.$i/24 dev eth0; done
  ip -n "${LAB}V" addr add fd99:0:0:1::9/64 dev eth0 nodad
  ip -n "${LAB}A" addr add fd99:0:0:a::77/64 dev eth0 nodad preferred_lft 0 # only where it is asked for
  # whole networks that end in one namespace
  ip -n "${LAB}A" route add local 10.99.67.0/24 dev lo; ip -n "${LAB}R" route add 10.99.67.0/24 via $ATTACKER
  ip -n "${LAB}C" route add local 10.99.70.0/24 dev lo; ip -n "${LAB}R" route add 10.99.70.0/24 via $CLIENT
  ip -n "${LAB}V" route add local 10.99.1.0/24 dev lo; ip -n "${LAB}R" route add 10.99.1.0/24 via $VICTIM
  ip -n "${LAB}V" route add blackhole 10.99.2.0/24; ip -n "${LAB}R" route add 10.99.2.0/24 via $VICTIM
  for i in 5 17; do ip -n "${LAB}V" route add local 10.99.2.$i/32 dev lo; done
  # what goes elsewhere ends at the router, without a word
  ip -n "${LAB}R" route add blackhole default; ip -n "${LAB}R" -6 route add blackhole default
  # NAT-ed clients, and a container behind the victim
  ip -n "${LAB}I" link add eth0 type veth peer name inner netns "${LAB}N"
  ip -n "${LAB}I" link set eth0 up; ip -n "${LAB}N" link set inner up
  ip -n "${LAB}N" addr add 10.99.8.254/24 dev inner
  for i in $(seq 1 30); do ip -n "${LAB}I" addr add 10.99.8.$i/24 dev eth0; done
  ip -n "${LAB}I" route add default via 10.99.8.254
  in_ns N nft 'table ip t { chain post { type nat hook postrouting priority 100; oifname "eth0" masquerade; }; }'
  ip -n "${LAB}K" link add eth0 type veth peer name pod netns "${LAB}V"
  ip -n "${LAB}K" link set eth0 up; ip -n "${LAB}V" link set pod up
  ip -n "${LAB}V" addr add 10.99.50.1/24 dev pod; ip -n "${LAB}K" addr add 10.99.50.2/24 dev eth0
  ip -n "${LAB}K" route add default via 10.99.50.1
  v nft -f - <<NFT || return 1
table ip t {
  chain pre { type nat hook prerouting priority -100; ip daddr 10.99.0.2 tcp dport { 8088, 8089 } dnat to 10.99.50.2; }
  chain in { type filter hook input priority 0;
    ip daddr $SILENT tcp dport { 22, 80 } accept
    ip daddr $SILENT ct state established accept
    ip daddr $SILENT drop
    ip daddr $PROHIBIT tcp dport { 22, 80 } accept
    ip daddr $PROHIBIT ct state established accept
    ip daddr $PROHIBIT reject with icmp type admin-prohibited
  }
}
table ip6 t { chain in { type filter hook input priority 0; ip6 daddr fd99:0:0:1::9 meta l4proto { tcp, udp } drop; }; }
NFT
  . "$HERE/capture/services.sh"
  services_up
}

lab_down_namespaces() {
  local n p
  for n in A C N I K V R; do
    [ -e "/run/netns/$LAB$n" ] || continue
    for p in $(ip netns pids "$LAB$n" 2>/dev/null); do kill "$p" 2>/dev/null; done
    for p in $(ip netns pids "$LAB$n" 2>/dev/null); do kill -9 "$p" 2>/dev/null; done
    ip netns del "$LAB$n"
  done
}
lab_down() { lab_down_namespaces; rm -rf "${WORK:?}"; }

# ---- one capture -----------------------------------------------------------
# A case calls `scan` or `benign` once for its row, then does its traffic. Before that it may set SNAP (bytes of a packet) and PACKETS (most of them).
row() { printf '%s.pcap\t%s\t%s\t%s\t%s\n' "$CASE" "$@" >"$OUT/.rows/$CASE.tsv"; }
capture_on() {
  ip netns exec "${LAB}V" tcpdump -i eth0 -Z root --immediate-mode -U -n -s "${SNAP:-200}" -c "${PACKETS:-3000}" -w "$OUT/$CASE.pcap" 2>"$WORK/tcpdump" &
  DUMP=$!
  for _ in $(seq 100); do grep -q listening "$WORK/tcpdump" && return; sleep 0.05; done
  echo "$CASE: tcpdump did not start" >&2
}
scan() { row scan "$1" "$2" "${3:--}"; capture_on; }        # SCANNERS KINDS [SHAPE]
benign() { row benign - - "${1:--}"; capture_on; }           # [home=CIDR]: what the watched network is, where a file cannot tell
run_case() {
  CASE=$1
  unset SNAP PACKETS DUMP
  mkdir -p "$OUT/.rows"
  rm -f "$OUT/.rows/$CASE.tsv"
  if declare -F "case_$CASE" >/dev/null; then "case_$CASE"; else nmap_case "$CASE"; fi >"$WORK/out" 2>&1
  [ -n "${DUMP:-}" ] || { echo "left out: $CASE ($(tail -1 "$WORK/out"))" >&2; return; }
  sleep 0.5
  kill -INT "$DUMP" 2>/dev/null # `ip netns exec` has become tcpdump
  wait "$DUMP" 2>/dev/null
  if ! [ -s "$OUT/$CASE.pcap" ] || [ "$(stat -c %s "$OUT/$CASE.pcap")" -le 24 ]; then
    echo "empty: $CASE" >&2; tail -3 "$WORK/out" >&2
    rm -f "$OUT/.rows/$CASE.tsv"
  fi
}
need() { command -v "$1" >/dev/null || { echo "$1 is missing"; return 1; }; }
