#!/bin/bash
# Makes the labelled captures of bench/detection: real scanners and real honest programs, between network namespaces of their own.
#   make-captures.sh OUTDIR [PATTERN]      PATTERN: a bash regular expression of case names, default all
# Writes OUTDIR/*.pcap and OUTDIR/manifest.tsv:
#   file  label(scan|benign)  scanners  kinds  shape (of a benign file: home=CIDR where the watched network must be told)
# A scanner ending in '?' may be named or not (a decoy that the wire cannot tell from the true one); a|b in kinds: either is right.
# Root. Packages: nmap masscan hping3 tcpdump nftables nginx-light wrk openssh-server openssh-client bind9-dnsutils dnsmasq-base vsftpd chrony
# fping nbtscan onesixtyone ike-scan tcptraceroute siege snmp iperf3 traceroute iputils-tracepath mtr-tiny curl wget ncat python3 openssl. A case whose program is missing is left out and named.
# WORKERS (default 4) labs run side by side: most of the time is spent waiting for scanners that wait.
set -u
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
OUT=${1:?usage: make-captures.sh OUTDIR [PATTERN]}
PATTERN=${2:-.}
WORKERS=${WORKERS:-4}
mkdir -p "$OUT" && OUT=$(cd "$OUT" && pwd) || exit 1
. "$HERE/capture/lab.sh"
. "$HERE/capture/scans.sh"
. "$HERE/capture/sweepers.sh"
. "$HERE/capture/nmap.sh"
. "$HERE/capture/benign.sh"
. "$HERE/capture/everyday.sh"
. "$HERE/capture/variants.sh"

worker() { # NUMBER CASE...: a lab of its own, the cases one after the other
  local case
  LAB=ev$1; shift
  WORK=$(mktemp -d) || return 1
  trap lab_down EXIT
  lab_up || { echo "$LAB: the namespaces could not be made" >&2; return 1; }
  for case in "$@"; do run_case "$case"; done
}

mapfile -t cases < <({ nmap_names; declare -F | sed -n 's/^declare -f case_//p'; } | grep -E "$PATTERN")
for ((n = 0; n < WORKERS; n++)); do
  mine=()
  for ((i = n; i < ${#cases[@]}; i += WORKERS)); do mine+=("${cases[i]}"); done
  [ ${#mine[@]} -gt 0 ] && (worker "$n" "${mine[@]}") &
done
wait
make_variants
{ printf 'file\tlabel\tscanners\tkinds\tshape\n'; sort -u "$OUT"/.rows/*.tsv; } >"$OUT/manifest.tsv"
awk -F'\t' 'NR>1 {n[$2]++} END {for (l in n) print l, n[l]}' "$OUT/manifest.tsv"
