# shellcheck shell=bash disable=SC2034,SC2086,SC2154 # single words; variables shared with make-captures.sh
# nmap, option by option: name, scanners, kinds, shape, arguments (-n and, without --ping, -Pn are added). Sourced.
# V answers RST, S drops, P prohibits. One row a capture. ME? where the wire cannot tell a scan from honest traffic: an ACK or FIN of a connection
# that began before the capture and meets silence, SYN-ACK as a flooded server sends them, six SYNs to a host that never said a word.
ps="21-25,53,80,110-113,135,139,143,199,443,445,512-514,587,993,995,1025,1723,3306,3389,5900,8080,8443"
nmap_table() {
  sed -e 's/\bV6\b/fd99:0:0:1::2/g; s/\bS6\b/fd99:0:0:1::9/g; s/\bA6\b/fd99:0:0:a::1/g; s/@V/10.99.0.2/g; s/@S/10.99.0.9/g; s/@P/10.99.0.8/g; s/\bME\b/10.99.66.1/g' -e "s/\bLIST\b/$ps/g" <<'T'
sS            ME tcp-syn vertical          -sS -p1-200 @V
sS_top100     ME tcp-syn vertical          -sS --top-ports 100 -T5 @V
sS_ping       ME tcp-syn vertical          --ping -sS --top-ports 50 @V
sS_fast       ME tcp-syn vertical          -F @V
sS_seq        ME tcp-syn vertical          -sS -r -p1-60 @V
sS_1000       ME tcp-syn vertical          -sS -p1-1000 -T4 @V
sS_minrate    ME tcp-syn vertical          -sS -p1-400 --min-rate 2000 @V
sS_T2         ME tcp-syn vertical          -sS -T2 -p21-30 @V
sS_T3         ME tcp-syn vertical          -sS -T3 -p LIST @V
sS_T4         ME tcp-syn vertical          -sS -T4 -p LIST @V
sS_T5         ME tcp-syn vertical          -sS -T5 -p LIST @V
sS_silent     ME tcp-syn vertical          -sS -T4 --max-retries 1 -p LIST @S
sS_silent_few ME? tcp-syn vertical          -sS -T4 --max-retries 0 -p 23,111,135,139,445,3389 @S
sS_prohibit   ME tcp-syn vertical          -sS -T4 --max-retries 1 -p LIST @P
sS_few        ME tcp-syn vertical          -sS -p 23,111,135,445,512,1433 @V
sS_mostopen   ME tcp-syn vertical          -sS -r -p 21,22,23,25,80,110,111,135,139,143,443,445,513,587,993,1433,1521,3306,3389,5432 @V
sS_delay      ME tcp-syn vertical          -sS --scan-delay 500ms -p LIST @V
sS_delay2     ME tcp-syn vertical          -sS --scan-delay 2s -p 21-30 @V
sS_maxrate    ME tcp-syn vertical          -sS --max-rate 20 -p1-80 @V
sS_frag       ME tcp-syn vertical          -sS -f -p LIST @V
sS_frag2      ME tcp-syn vertical          -sS -ff -p LIST @V
sS_mtu24      ME tcp-syn vertical          -sS --mtu 24 -p LIST @V
sS_frag_sil   ME tcp-syn vertical          -sS -f -T4 --max-retries 0 -p LIST @S
sS_datalen    ME tcp-syn vertical          -sS --data-length 40 -p LIST @V
sS_datastr    ME tcp-syn vertical          -sS --data-string hello -p LIST @V
sS_sport53    ME tcp-syn vertical          -sS -g 53 -p LIST @V
sS_sport80    ME tcp-syn vertical          -sS -g 80 -p LIST @V
sS_ttl        ME tcp-syn vertical          -sS --ttl 9 -p LIST @V
sS_badsum     ME tcp-syn vertical          -sS --badsum -T4 --max-retries 0 -p LIST @V
sS_ipopt_rr   ME tcp-syn vertical          -sS --ip-options R -p LIST @V
sS_ipopt_ts   ME tcp-syn vertical          -sS --ip-options T -p LIST @V
sS_spoofmac   ME tcp-syn vertical          -sS --spoof-mac 0 -p LIST @V
sS_forged     10.99.66.13 tcp-syn vertical -sS -S 10.99.66.13 -e eth0 -p LIST @V
sS_decoy      ME,10.99.66.11?,10.99.66.12?,10.99.66.14? tcp-syn vertical -sS -D 10.99.66.11,10.99.66.12,ME,10.99.66.14 -p LIST @V
sS_decoyfar   ME,10.98.1.1?,10.98.2.2?,10.98.3.3? tcp-syn vertical -sS -D 10.98.1.1,10.98.2.2,10.98.3.3,ME -p LIST @V
sS_hosts      ME tcp-syn block-scan        -sS -T4 -p 21-40 10.99.0.21-29
sS_hosts2     ME tcp-syn block-scan        -sS -T4 -p 23,111,135,445 10.99.1.1-40
sweep_closed  ME tcp-syn sweep             -sS -T4 -p 445 10.99.1.1-120
sweep_open    ME tcp-syn sweep             -sS -T4 -p 22 10.99.1.1-120
sweep_dark    ME tcp-syn sweep             -sS -T4 --max-retries 0 -p 80 10.99.2.1-120
sweep_disc    ME tcp-syn sweep             -sn -PS443 --disable-arp-ping --max-retries 0 10.99.2.1-60
sweep_T       ME tcp-syn|tcp-connect sweep -sT -T4 -p 23 10.99.1.1-60
sweep_U       ME udp sweep                 -sU -T4 --max-retries 0 -p 161 10.99.1.1-40
sT            ME tcp-connect vertical      -sT -p LIST @V
sT_closed     ME tcp-syn|tcp-connect vertical -sT -p 100-142 @V
sT_silent     ME tcp-syn|tcp-connect vertical -sT -T4 --max-retries 0 -p LIST @S
sT_T2         ME tcp-connect vertical      -sT -T2 -p 20-27 @V
sF            ME tcp-fin vertical          -sF -p LIST @V
sF_silent     ME tcp-fin vertical          -sF -T4 --max-retries 0 -p LIST @S
sF_T2         ME tcp-fin vertical          -sF -T2 -p 100-106 @V
sN            ME tcp-null vertical         -sN -p LIST @V
sN_silent     ME tcp-null vertical         -sN -T4 --max-retries 0 -p LIST @S
sN_frag       ME tcp-null vertical         -sN -f -p LIST @V
sX            ME tcp-xmas vertical         -sX -p LIST @V
sX_silent     ME tcp-xmas vertical         -sX -T4 --max-retries 0 -p LIST @S
sX_frag       ME tcp-xmas vertical         -sX -f -p LIST @V
sA            ME tcp-ack vertical          -sA -p LIST @V
sA_1000       ME tcp-ack vertical          -sA -p 1-600 -T4 @V
sA_silent     ME? tcp-ack vertical          -sA -T4 --max-retries 0 -p LIST @S
sW            ME tcp-ack|tcp-window vertical -sW -p LIST @V
sM            ME tcp-maimon vertical       -sM -p LIST @V
sM_silent     ME? tcp-maimon vertical       -sM -T4 --max-retries 0 -p LIST @S
flags_SF      ME tcp-other vertical        -sS --scanflags SYNFIN -p LIST @V
flags_SFPU    ME tcp-other vertical        -sF --scanflags SYNFINPSHURG -p LIST @V
flags_all     ME tcp-other vertical        -sF --scanflags URGACKPSHRSTSYNFIN -T4 --max-retries 0 -p LIST @V
flags_P       ME tcp-other vertical        -sF --scanflags PSH -p LIST @V
flags_U       ME tcp-other vertical        -sF --scanflags URG -p LIST @V
flags_PU      ME tcp-other vertical        -sF --scanflags PSHURG -p LIST @V
flags_FU      ME tcp-other|tcp-xmas|tcp-fin vertical -sF --scanflags FINURG -p LIST @V
flags_FP      ME tcp-other|tcp-fin|tcp-xmas vertical -sF --scanflags FINPSH -p LIST @V
flags_SR      ME tcp-other vertical        -sF --scanflags SYNRST -T4 --max-retries 0 -p LIST @V
flags_SE      ME tcp-syn vertical          -sS --scanflags 0xc2 -p LIST @V
flags_SU      ME tcp-syn|tcp-other vertical -sS --scanflags SYNURG -p LIST @V
flags_SA      ME? tcp-ack|tcp-other vertical -sA --scanflags SYNACK -p LIST @V
sU            ME udp vertical              -sU --top-ports 20 -T4 @V
sU_list       ME udp vertical              -sU -p 53,67,68,69,111,123,137,138,161,162,500,514,520,1434,1900,4500,5353 -T4 --max-retries 0 @V
sU_silent     ME udp vertical              -sU --top-ports 15 -T4 --max-retries 0 @S
sU_prohibit   ME udp vertical              -sU --top-ports 15 -T4 --max-retries 0 @P
sU_datalen    ME udp vertical              -sU --data-length 16 --top-ports 15 -T4 --max-retries 0 @V
sU_delay      ME udp vertical              -sU --scan-delay 1s --max-retries 0 -p 67,69,111,137,161,500,520 @V
sU_sport      ME udp vertical              -sU -g 53 -T4 --max-retries 0 -p 67,69,111,137,161,500,520,1900 @V
sUS           ME udp,tcp-syn vertical      -sS -sU -p T:100-120,U:111,137,161,500,520 -T4 --max-retries 0 @V
sY            ME sctp-init vertical        -sY -p LIST -T4 @V
sY_silent     ME sctp-init vertical        -sY -p LIST -T4 --max-retries 0 @S
sZ            ME sctp-cookie-echo|sctp-init vertical -sZ -p LIST -T4 --max-retries 0 @V
sO            ME ip-protocol -             -sO -T4 --max-retries 0 -p 0-60 @V
sO_silent     ME ip-protocol -             -sO -T4 --max-retries 0 -p 0-60 @S
osdetect      ME tcp-syn vertical          -O --max-os-tries 1 -p LIST @V
version       ME tcp-syn vertical          -sV --version-light -p 21-25,53,80,110-113,143,3306 @V
version_T     ME tcp-connect vertical      -sT -sV --version-light -p 21-25,53,80,110-113,143,3306 @V
all           ME tcp-syn vertical          -A --max-os-tries 1 -p 21-25,80,110-113 --host-timeout 40s @V
script        ME tcp-syn vertical          -sC -p 22,80,110-116 --host-timeout 30s @V
traceroute    ME tcp-syn vertical          -sS --traceroute -p LIST @V
discover      ME tcp-syn vertical          -PS21-25,110-116 -PA80,111 -PU161 -sS -p 23,111-116 @V
v6_sS         A6 tcp-syn vertical          -6 -sS -p LIST V6
v6_sT         A6 tcp-syn|tcp-connect vertical -6 -sT -p LIST V6
v6_sF         A6 tcp-fin vertical          -6 -sF -p LIST V6
v6_sX         A6 tcp-xmas vertical         -6 -sX -p LIST V6
v6_sN         A6 tcp-null vertical         -6 -sN -p LIST V6
v6_sA         A6 tcp-ack vertical          -6 -sA -p LIST V6
v6_sU         A6 udp vertical              -6 -sU --top-ports 15 -T4 --max-retries 0 V6
v6_sY         A6 sctp-init vertical        -6 -sY -p LIST -T4 --max-retries 0 V6
v6_sO         A6 ip-protocol -             -6 -sO -T4 --max-retries 0 -p 2-60 V6
v6_silent     A6 tcp-syn vertical          -6 -sS -T4 --max-retries 0 -p LIST S6
T
}
nmap_names() { nmap_table | sed -n 's/^\([A-Za-z]\w*\) .*/nmap_\1/p'; }
nmap_case() {
  local name scanners kinds shape args ping=-Pn
  need nmap || return
  read -r name scanners kinds shape args < <(nmap_table | grep "^${1#nmap_} ")
  [[ $args == *--ping* || $args == *-sn* || $args == *" -PS"* || $args == -PS* ]] && { ping=; args=${args/--ping/}; }
  scan "$scanners" "$kinds" "$shape"
  # shellcheck disable=SC2086 # words of the table are the arguments
  a timeout 60 nmap -n $ping $args
}
