# shellcheck shell=bash disable=SC2034,SC2086,SC2154 # single words; variables shared with make-captures.sh
# Host discovery, service sweepers and scans by detours. Sourced; a function case_NAME is a capture.
nm() { a timeout 60 nmap -n "$@"; }
# Who is there? Each probe kind over a /24 that is nearly empty, and over one where everybody answers. An ICMP sweep alone touches no port.
case_disc_default() { scan $ATTACKER -; nm -sn --max-retries 0 10.99.2.0/24; }
case_disc_default_alive() { scan "$ATTACKER?" -; nm -sn --max-retries 0 10.99.1.0/24; }
case_disc_icmp() { benign; nm -sn -PE --max-retries 0 10.99.2.0/25; }
case_disc_syn() { scan $ATTACKER tcp-syn sweep; nm -sn -PS3389 --max-retries 0 10.99.1.0/25; }
case_disc_ack() { scan $ATTACKER tcp-ack sweep; nm -sn -PA80 --max-retries 0 10.99.1.0/25; }
case_disc_ack_dark() { scan $ATTACKER tcp-ack sweep; nm -sn -PA80 --max-retries 0 10.99.2.0/25; }
case_disc_udp() { scan $ATTACKER udp sweep; nm -sn -PU40125 --max-retries 0 10.99.1.0/25; }
case_disc_udp_dark() { scan $ATTACKER udp sweep; nm -sn -PU40125 --max-retries 0 10.99.2.0/24; }
case_disc_sctp() { scan $ATTACKER sctp-init sweep; nm -sn -PY80 --max-retries 0 10.99.1.0/25; }
case_disc_proto() { scan $ATTACKER ip-protocol sweep; nm -sn -PO99 --max-retries 0 10.99.1.0/25; }
case_disc_unprivileged() { scan $ATTACKER tcp-syn\|tcp-connect sweep; nm --unprivileged -sn --max-retries 0 10.99.2.0/25; }
case_disc_unprivileged_open() { scan "$ATTACKER?" tcp-syn\|tcp-connect sweep; nm --unprivileged -sn --max-retries 0 10.99.1.0/25; } # a web server behind every door
case_disc_fping() { need fping || return; benign; a fping -q -r 0 -i 5 -g 10.99.2.0/25; }
# One service of a whole network.
case_sweep_onesixtyone() { need onesixtyone || return; scan $ATTACKER udp sweep; sed 's/^/10.99.1./' <(seq 60) >"$WORK/hosts"; printf 'public\nprivate\n' >"$WORK/words"; a timeout 30 onesixtyone -w 10 -c "$WORK/words" -i "$WORK/hosts"; }
case_sweep_onesixtyone_dark() { need onesixtyone || return; scan $ATTACKER udp sweep; sed 's/^/10.99.2./' <(seq 120) >"$WORK/hosts"; printf 'public\n' >"$WORK/words"; a timeout 30 onesixtyone -w 10 -c "$WORK/words" -i "$WORK/hosts"; }
case_sweep_nbtscan() { need nbtscan || return; scan $ATTACKER udp sweep; a timeout 30 nbtscan -r -t 1000 10.99.1.0/26; }
case_sweep_ike() { need ike-scan || return; scan $ATTACKER udp sweep; a timeout 30 ike-scan -r 1 --sport=0 10.99.1.0/26; }
case_sweep_sslscan() { need nmap || return; scan $ATTACKER tcp-syn\|tcp-connect block-scan; nm -Pn -sT -p 443,8443,465 --script ssl-cert 10.99.1.1-40; }
case_sweep_banner_random() { scan $ATTACKER tcp-syn\|tcp-connect sweep; clients A peers --read 6379 10.99.1.1-40; }
case_sweep_masscan_two() { need masscan || return; scan $ATTACKER tcp-syn -; masscan_to -p23,2323 --rate 300 10.99.2.0/24; }
case_zmap_dark() {
  need zmap || return
  scan $ATTACKER tcp-syn sweep
  printf '0.0.0.0/8\n' >"$WORK/zmap.block"
  a timeout 20 zmap -p 5900 -i eth0 -S $ATTACKER -G "$(a ip neigh show 10.99.66.254 | awk '{print $5; exit}')" -b "$WORK/zmap.block" -r 300 -c 1 -o /dev/null 10.99.2.0/24
}
case_zmap_udp() {
  need zmap || return
  scan $ATTACKER udp sweep
  printf '0.0.0.0/8\n' >"$WORK/zmap.block"
  a timeout 20 zmap -M udp --probe-args=text:hello -p 1900 -i eth0 -S $ATTACKER -G "$(a ip neigh show 10.99.66.254 | awk '{print $5; exit}')" -b "$WORK/zmap.block" -r 200 -c 1 -o /dev/null 10.99.1.0/24
}
# Detours.
case_nping_tcp() { need nping || return; scan $ATTACKER tcp-syn vertical; a timeout 20 nping -q --tcp -p 100-130 --rate 50 -c 1 $VICTIM; }
case_nping_udp() { need nping || return; scan $ATTACKER udp vertical; a timeout 20 nping -q --udp -p 1000-1015 --rate 20 -c 1 $VICTIM; }
case_nping_connect() { need nping || return; scan $ATTACKER tcp-syn\|tcp-connect vertical; a timeout 20 nping -q --tcp-connect -p 100-130 --rate 50 -c 1 $VICTIM; }
case_nping_flags() { need nping || return; scan $ATTACKER tcp-other vertical; a timeout 20 nping -q --tcp --flags syn,fin,urg -p 100-110 --rate 20 -c 1 $VICTIM; }
case_nping_psh() { need nping || return; scan $ATTACKER tcp-other vertical; a timeout 20 nping -q --tcp --flags psh -p 100-110 --rate 20 -c 1 $VICTIM; }
case_hping_scan_all() { need hping3 || return; scan $ATTACKER tcp-syn vertical; a timeout 20 hping3 -I eth0 --scan known -S $VICTIM; }
case_hping_frag() { need hping3 || return; scan $ATTACKER tcp-syn vertical; hping -S -f -d 40 -p ++1 -i u10000 -c 60 $VICTIM; }
case_hping_baseport() { need hping3 || return; scan $ATTACKER tcp-syn vertical; hping -S -s 80 -k -p ++1 -i u10000 -c 60 $VICTIM; }
case_nmap_sV_all() { scan $ATTACKER tcp-syn vertical; nm -Pn -sV --version-all -p 21-25,79-82 --host-timeout 30s $VICTIM; }
case_nmap_random_hosts() { scan $ATTACKER tcp-syn -; nm -Pn -sS -T4 --randomize-hosts --max-retries 0 -p 80,443,8080 10.99.2.0/26; }
case_nmap_decoy_rnd() { scan "$ATTACKER,0.0.0.0/0?" tcp-syn vertical; nm -Pn -sS -D RND:6 -p "$ps" $VICTIM; }
case_nmap_bothways() { # two hosts that scan each other
  scan $ATTACKER,$VICTIM tcp-syn vertical
  nm -Pn -sS -T4 -p 100-150 $VICTIM & local one=$!
  v timeout 30 nmap -n -Pn -sS -T4 -p 200-250 $ATTACKER
  wait "$one"
}
case_nat_scanner() { # behind one address: honest neighbours and one who scans
  scan $NAT tcp-syn\|tcp-connect vertical
  (for n in $(seq 1 20); do in_ns I curl --interface 10.99.8.$n -s -m 1 -o /dev/null http://$VICTIM/; done) & local web=$!
  in_ns I timeout 30 nmap -n -Pn -sT -T4 -p 100-160 $VICTIM
  wait "$web"
}
case_three_scanners() {
  scan $ATTACKER,10.99.66.12,10.99.66.13 - -
  nm -Pn -sS -T4 -p 100-150 $VICTIM & local one=$!
  nm -Pn -sU -T4 --max-retries 0 -S 10.99.66.12 -e eth0 -p 500-510 $VICTIM & local two=$!
  nm -Pn -sX -T4 -S 10.99.66.13 -e eth0 -p 100-110 10.99.0.22
  wait "$one" "$two"
}
case_threads_connect() { scan $ATTACKER tcp-syn\|tcp-connect vertical; a python3 - $VICTIM <<'PY'
import socket, sys, random, threading
ports = random.sample(range(1, 2000), 120)
def one(port):
    s = socket.socket(); s.settimeout(1)
    try: s.connect((sys.argv[1], port))
    except OSError: pass
    s.close()
for i in range(0, 120, 30):
    threads = [threading.Thread(target=one, args=(p,)) for p in ports[i:i + 30]]
    [t.start() for t in threads]; [t.join() for t in threads]
PY
}
case_slow_random() { scan $ATTACKER tcp-syn\|tcp-connect -; a python3 - <<'PY'
import socket, random, time
targets = [(f"10.99.0.{h}", p) for h in (2, 21, 22, 23) for p in random.sample(range(1, 1024), 8)]
random.shuffle(targets)
for host, port in targets:
    s = socket.socket(); s.settimeout(1)
    try: s.connect((host, port))
    except OSError: pass
    s.close(); time.sleep(random.uniform(0.1, 0.6))
PY
}
