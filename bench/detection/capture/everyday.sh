# shellcheck shell=bash disable=SC2034,SC2086,SC2154 # single words; variables shared with make-captures.sh
# Honest programs that meet many hosts, or hosts that are gone. Sourced; a function case_NAME is a capture.
everyday() { local ns=$1; shift; in_ns "$ns" python3 "$HERE/capture/everyday.py" "$@"; }
case_e_tcptraceroute() { need tcptraceroute || return; benign; for p in 80 443 8081; do c timeout 15 tcptraceroute -n -q 1 -w 1 $VICTIM $p; done; }
case_e_mtr_many() { need mtr || return; benign; for h in 21 22 23 24 25; do c mtr -n -r -c 2 -i 0.2 10.99.0.$h; c mtr -u -n -r -c 2 -i 0.2 10.99.0.$h; done; }
case_e_ping_flood() { PACKETS=1500; benign; c ping -q -f -c 400 $VICTIM; }
case_e_fping_alive() { need fping || return; benign; c fping -q -r 0 -i 5 -g 10.99.1.0/26; }
case_e_iperf_parallel() { need iperf3 || return; PACKETS=1500; SNAP=150; benign; c iperf3 -c $VICTIM -t 1 -P 8 -b 5M; c iperf3 -u -c $VICTIM -t 1 -P 4 -b 2M; }
case_e_siege() { need siege || return; PACKETS=2500; benign; c timeout 10 siege -q -b -c 15 -r 4 http://$VICTIM/; }
case_e_snmp_half_down() { need snmpget || return; benign; for h in 1 5 9 17 33 40 41 42; do c snmpget -v2c -c public -t 0.2 -r 1 10.99.2.$h 1.3.6.1.2.1.1.3.0; done; }
case_e_snmp_down() { need snmpget || return; benign; for _ in $(seq 6); do c snmpget -v2c -c public -t 0.2 -r 2 $VICTIM 1.3.6.1.2.1.1.3.0; done; }
case_e_dead_resolvers() { need dig || return; benign; for h in 31 32 33 $VICTIM 34 35 $VICTIM; do c dig +time=1 +tries=1 @"${h/#3/10.99.2.3}" www.lab; done; }
case_e_ntp_pool() { benign; everyday C udp-pool 123 10.99.2.1-20; }
case_e_dht() { benign; everyday C dht 10.99.1.1-60 10.99.2.1-60; }
case_e_torrent() { benign; everyday C torrent 51413 10.99.1.1-40 10.99.2.1-40; }
case_e_ice() { benign; everyday C ice 10.99.0.21-23 10.99.2.5-7; }
case_e_rtp_after() { benign; everyday C rtp $VICTIM; }
case_e_dead_web_many() { benign; for h in $(seq 40 55); do c curl -s -m 0.3 -o /dev/null http://10.99.2.$h/; c curl -s -o /dev/null http://$VICTIM/; done; }
case_e_feed_reader() { benign; for h in $(seq 100 120); do c curl -s -m 0.3 -o /dev/null http://10.99.1.$h/feed; c curl -sk -m 0.3 -o /dev/null https://10.99.1.$h/feed; done; for h in 61 62 63 64; do c curl -s -m 0.3 -o /dev/null http://10.99.2.$h/; done; }
case_e_domain() { benign; everyday C domain $VICTIM; }
case_e_domain_silent() { benign; everyday C domain $SILENT; }
case_e_printers() { benign; for h in 21 22 23; do everyday C printers 10.99.0.$h; done; }
case_e_backup() { benign; for _ in $(seq 12); do clients C try --gap 0.2 $VICTIM 873; done; clients C try $VICTIM 22; }
case_e_dead_server_many() { benign; clients C swarm $VICTIM:5432 10.99.70.1-60; }
case_e_cluster() { benign; for h in 21 22 23 24 25; do clients C try 10.99.0.$h 6379,16379; done; }
case_e_kube_probes() { benign; for _ in 1 2 3; do for h in 21 22 23 24 25 26 27 28; do c ncat -z -w 1 10.99.0.$h 8080; done; done; for h in 21 22 23 24; do c curl -s -o /dev/null http://10.99.0.$h/; done; }
case_e_v6_privacy() { benign; for n in 1 2 3 4 5 6; do ip -n "${LAB}C" addr add fd99:0:0:c::aa$n/64 dev eth0 nodad; c curl -s -g -m 2 --interface fd99:0:0:c::aa$n -o /dev/null "http://[$VICTIM6]/"; c curl -s -g -m 1 --interface fd99:0:0:c::aa$n -o /dev/null "http://[$VICTIM6]:8081/"; done; }
case_e_laptop_wakes() { PACKETS=600; benign; everyday C wakes $VICTIM 80 30; }
