# shellcheck shell=bash disable=SC2034,SC2086,SC2154 # single words; variables shared with make-captures.sh
# Scanners other than nmap, slow ones, distributed ones, and scans amid honest traffic. Sourced; a function case_NAME is a capture.
case_masscan() { need masscan || return; scan $ATTACKER tcp-syn vertical; masscan_to -p1-300 --rate 1000 $VICTIM; }
case_masscan_sweep() { need masscan || return; scan $ATTACKER tcp-syn sweep; masscan_to -p3389 --rate 500 10.99.1.0/24; }
case_masscan_block() { need masscan || return; scan $ATTACKER tcp-syn block-scan; masscan_to -p22,23,445,3389,8081 --rate 1000 10.99.1.0/26; }
case_masscan_dark() { need masscan || return; scan $ATTACKER tcp-syn sweep; masscan_to -p6379 --rate 500 10.99.2.0/24; }
case_masscan_banners() { need masscan || return; scan $ATTACKER tcp-syn,tcp-connect\|tcp-syn vertical; masscan_to -p20-100 --rate 300 --source-port 61000 --banners $VICTIM; }
case_masscan_udp() { need masscan || return; scan $ATTACKER udp vertical; masscan_to -pU:53,111,123,137,161,500,520,1434,1900,5353 --rate 100 $VICTIM; }
masscan_to() {
  a timeout 20 masscan --interface eth0 --router-mac "$(a ip neigh show 10.99.66.254 | awk '{print $5; exit}')" --adapter-ip $ATTACKER --wait 1 "$@" </dev/null
}
case_zmap() {
  need zmap || return
  scan $ATTACKER tcp-syn sweep
  printf '0.0.0.0/8\n' >"$WORK/zmap.block"
  a timeout 20 zmap -p 80 -i eth0 -S $ATTACKER -G "$(a ip neigh show 10.99.66.254 | awk '{print $5; exit}')" -b "$WORK/zmap.block" -r 200 -c 1 -o /dev/null 10.99.1.0/24
}
case_zmap_like() { scan $ATTACKER tcp-syn sweep; a python3 "$HERE/capture/forge.py" sweep $ATTACKER 10.99.1.0/24 8080; }
case_zmap_like_dark() { scan $ATTACKER tcp-syn sweep; a python3 "$HERE/capture/forge.py" sweep $ATTACKER 10.99.2.0/24 23; }

hping() { a timeout 25 hping3 -I eth0 -q "$@"; }
case_hping_syn() { need hping3 || return; scan $ATTACKER tcp-syn vertical; hping -S -p ++1 -i u5000 -c 200 $VICTIM; }
case_hping_fin() { need hping3 || return; scan $ATTACKER tcp-fin vertical; hping -F -p ++1 -i u5000 -c 100 $VICTIM; }
case_hping_xmas() { need hping3 || return; scan $ATTACKER tcp-xmas vertical; hping -F -P -U -p ++1 -i u5000 -c 100 $VICTIM; }
case_hping_null() { need hping3 || return; scan $ATTACKER tcp-null vertical; hping -p ++1 -i u5000 -c 100 $VICTIM; }
case_hping_ack() { need hping3 || return; scan $ATTACKER tcp-ack vertical; hping -A -p ++1 -i u5000 -c 100 $VICTIM; }
case_hping_ymas() { need hping3 || return; scan $ATTACKER tcp-other\|tcp-null vertical; hping -X -p ++1 -i u5000 -c 100 $VICTIM; }
case_hping_udp() { need hping3 || return; scan $ATTACKER udp vertical; hping -2 -p ++100 -i u20000 -c 60 $VICTIM; }
case_hping_forged() { need hping3 || return; scan 10.98.1.1 tcp-syn vertical; hping -a 10.98.1.1 -S -p ++20 -i u5000 -c 60 $VICTIM; } # an address that is nobody: only forgeable packets
case_hping_scan() { need hping3 || return; scan $ATTACKER tcp-syn vertical; a timeout 20 hping3 -I eth0 --scan 1-150 -S $VICTIM; }
case_hping_flood_scan() { # random sources to one port, a real scan in the midst
  need hping3 || return
  scan $ATTACKER tcp-syn vertical
  hping --rand-source -S -p 80 -i u2000 -c 900 $VICTIM &
  local flood=$!
  sleep 0.5
  a timeout 20 nmap -n -Pn -sS -T4 -p1-60 $VICTIM
  wait "$flood"
}
case_hping_flood_ports_scan() { # random sources to ports in turn
  need hping3 || return
  scan $ATTACKER tcp-syn vertical
  hping --rand-source -S -p ++1000 -i u2000 -c 900 $VICTIM &
  local flood=$!
  sleep 0.5
  a timeout 20 nmap -n -Pn -sS -T4 -p1-60 $VICTIM
  wait "$flood"
}

clients() { local ns=$1; shift; in_ns "$ns" python3 "$HERE/capture/clients.py" "$@"; }
case_connect_python() { scan $ATTACKER tcp-connect vertical; clients A try $VICTIM 20-60; }
case_connect_grab() { scan $ATTACKER tcp-connect vertical; clients A try --read $VICTIM 18-60; }
case_connect_open_first() { scan $ATTACKER tcp-connect vertical; clients A try --read $VICTIM 80,22,25,143,23,79,111,389,445,512,636,1433,2049,3389,5432,5900,6000,6379,8081,9200,11211,27017; } # four successes, then eighteen failures
case_ncat_z() { need ncat || return; scan $ATTACKER tcp-syn\|tcp-connect vertical; for p in $(seq 90 115); do a ncat -z -w 1 $VICTIM "$p"; done; }
case_low_and_few() { scan $ATTACKER tcp-syn\|tcp-connect vertical; clients A try --gap 1.5 $VICTIM 23,111,512,1433,6000,8081; }
case_web_ports() { scan $ATTACKER tcp-syn\|tcp-connect vertical; clients A try $VICTIM 81,82,88,8000,8001,8008,8081,8088,8888,9090,9200,10000; }
case_sweep_connect() { scan $ATTACKER tcp-syn\|tcp-connect sweep; clients A peers 1433 10.99.1.1-60; }
case_sweep_ssh_open() { scan "$ATTACKER?" tcp-syn\|tcp-connect sweep; clients A peers --read 22 10.99.1.1-60; } # every door opens: so does an Ansible run
case_amid_traffic() {
  scan $ATTACKER tcp-syn vertical
  (for _ in $(seq 40); do c curl -s -o /dev/null http://$VICTIM/; done) &
  local web=$!
  a timeout 20 nmap -n -Pn -sS -T4 -p1-100 $VICTIM
  wait "$web"
}
case_customer_then_scan() { # an address that has used the server well for a while
  scan $ATTACKER tcp-syn\|tcp-connect vertical
  for _ in $(seq 20); do a curl -s -o /dev/null http://$VICTIM/; done
  a timeout 20 nmap -n -Pn -sS -T4 -p1-60 $VICTIM
}
case_two_scanners() {
  scan $ATTACKER,10.99.66.12 tcp-syn vertical
  a timeout 20 nmap -n -Pn -sS -T4 -p1-50 $VICTIM &
  local one=$!
  a timeout 20 nmap -n -Pn -sS -T4 -S 10.99.66.12 -e eth0 -p100-150 $VICTIM
  wait "$one"
}
case_ftp_bounce() { # the relay is who is seen
  need vsftpd || return
  scan 10.99.7.9 tcp-syn\|tcp-connect vertical
  a timeout 40 nmap -n -Pn -b ftp:x@10.99.7.9 -p 1100-1120,1433,3306,3389 $VICTIM
}
case_v6_same_net() { # two addresses of one /64 share the work
  scan fd99:0:0:a::1,fd99:0:0:a::77 tcp-syn vertical
  a timeout 20 nmap -6 -n -Pn -sS -T4 -p 100-102 $VICTIM6
  a timeout 20 nmap -6 -n -Pn -sS -T4 -S fd99:0:0:a::77 -e eth0 -p 110-112 $VICTIM6
}
case_distributed_net() { scan 10.99.67.0/24 tcp-syn\|tcp-connect distributed; clients A spread 10.99.67.1-60 $VICTIM 1000; }
case_distributed_pairs() { scan 10.99.67.0/24 tcp-syn\|tcp-connect distributed; clients A spread 10.99.67.1-60 $VICTIM 2000 2; }
case_distributed_silent() { scan 10.99.67.0/24 tcp-syn distributed; a python3 "$HERE/capture/forge.py" spread 10.99.67.1-60 $SILENT 1000; }

# Slow: the same packets, the gaps between first contacts stretched to GAP seconds
slow() { # NMAP-ARGUMENTS...; one scan, stretched afterwards by variants.sh
  a timeout 30 nmap -n -Pn -T4 --max-retries 0 "$@"
}
case_slowbase_sS() { scan $ATTACKER tcp-syn vertical; slow -sS -p 23,111,135,139,445,512,513,1433,3389,5432,5900,6000 $VICTIM; }
case_slowbase_silent() { scan $ATTACKER tcp-syn vertical; slow -sS -p 23,111,135,139,445,512,513,1433,3389,5432,5900,6000 $SILENT; }
case_slowbase_sF() { scan $ATTACKER tcp-fin vertical; slow -sF -p 23,111,135,139,445,512 $VICTIM; }
case_slowbase_sU() { scan $ATTACKER udp vertical; slow -sU -p 67,69,111,137,161,500,520,1900 $VICTIM; }
case_slowbase_sweep() { scan $ATTACKER tcp-syn sweep; slow -sS -p 445 10.99.1.1-30; }
case_slowbase_mixed() { scan $ATTACKER tcp-syn vertical; slow -sS -p 21,22,23,25,80,110,111,135,139,445,512,1433,3389,5432,5900,6000 $VICTIM; }
