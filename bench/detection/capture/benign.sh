# shellcheck shell=bash disable=SC2034,SC2086,SC2154 # single words; variables shared with make-captures.sh
# Honest traffic that looks a little like a scan, made by real programs where there is one. Sourced; a function case_NAME is a capture.
case_b_curl() { benign; for _ in $(seq 60); do c curl -s -o /dev/null http://$VICTIM/; done; }
case_b_curl_tls() { benign; for _ in $(seq 15); do c curl -sk -o /dev/null https://$VICTIM/; done; }
case_b_curl_404_refused() { benign; for _ in $(seq 200); do c curl -s -o /dev/null http://$VICTIM/; done; for _ in 1 2 3 4 5; do c curl -s -m 1 http://$VICTIM:8081/; done; }
case_b_refused_then_ok() { benign; for _ in 1 2 3; do c curl -s -m 1 http://$VICTIM:8081/; done; c curl -s -o /dev/null http://$VICTIM/; }
case_b_wget() { need wget || return; benign; c wget -q -O /dev/null -p http://$VICTIM/; for f in a.png b.js; do c wget -q -O /dev/null http://$VICTIM/$f; done; }
case_b_page() { benign; for _ in 1 2 3 4 5; do c curl -s -Z -o /dev/null -o /dev/null -o /dev/null http://$VICTIM/ http://$VICTIM/a.png http://$VICTIM/b.js; done; }
case_b_chromium() {
  local browser; browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || { echo "no chromium"; return; }
  benign; c timeout 25 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$WORK/chrome" --virtual-time-budget=4000 --dump-dom http://$VICTIM/
}
case_b_v6_web() { benign; for _ in $(seq 20); do c curl -s -g -o /dev/null "http://[$VICTIM6]/"; done; }
case_b_happy_eyeballs() { benign; for _ in $(seq 8); do c curl -s -m 2 -o /dev/null --resolve "lab:80:[fd99:0:0:1::9],$VICTIM" http://lab/; c curl -s -m 1 -o /dev/null --resolve "lab:8081:[$VICTIM6],$VICTIM" http://lab:8081/; done; }
ssh_c() { c ssh -q -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=2 -i "$WORK/ssh/user" "$@"; }
case_b_ssh() { need sshd || [ -x /usr/sbin/sshd ] || return; benign; for _ in $(seq 6); do ssh_c root@$VICTIM true; done; }
case_b_ssh_guess() { [ -x /usr/sbin/sshd ] || { echo "no sshd"; return; }; benign; for _ in $(seq 12); do ssh_c -o IdentitiesOnly=yes -i /dev/null nobody@$VICTIM true; done; } # wrong passwords are not a scan
case_b_dns() { need dig || return; benign; for i in $(seq 30); do c dig +time=1 +tries=1 @$VICTIM "h$i.lab"; done; c dig +tcp +time=1 @$VICTIM x.lab; }
case_b_dns_own() { need dig || return; benign; for i in $(seq 12); do v dig +time=1 +tries=1 @$CLIENT "h$i.example"; done; } # the victim asks, late answers meet a closed port
case_b_dns_late() { benign; clients V asyncdns $CLIENT 80; }
case_b_ftp() { need vsftpd || return; benign; for f in file1 file2 ''; do c curl -s -o /dev/null ftp://$VICTIM/$f; c curl -s -o /dev/null --disable-epsv ftp://$VICTIM/$f; done; }
case_b_ftp_active() { need vsftpd || return; benign; for f in file1 file2 ''; do c curl -s -o /dev/null -P - ftp://$VICTIM/$f; done; }
case_b_ftp_own_active() { need vsftpd || return; benign; for f in file1 file2 '' file1; do v curl -s -o /dev/null -P - ftp://10.99.7.9/$f; v curl -s -o /dev/null ftp://10.99.7.9/$f; done; } # data connections come back to the victim
case_b_ntp() {
  need chronyd || return
  benign
  for _ in 1 2; do c timeout 8 chronyd -Q -x -u root -t 6 "server $VICTIM iburst" "pidfile $WORK/ntpc.pid" 'cmdport 0' 'bindcmdaddress /'; done
}
case_b_wrk() { need wrk || return; benign_bulk; c wrk -t1 -c8 -d2s http://$VICTIM/b.js; }
case_b_wrk_close() { need wrk || return; benign_bulk; c wrk -t1 -c8 -d2s -H 'Connection: close' http://$VICTIM/; }
case_b_wrk_stopped() { need wrk || return; benign_bulk; c timeout -s KILL 0.7 wrk -t1 -c30 -d3s http://$VICTIM/a.png; } # a client that dies in mid-stream: RST to closed ports
benign_bulk() { PACKETS=1500; SNAP=150; benign; }
case_b_iperf() { need iperf3 || return; benign_bulk; c iperf3 -c $VICTIM -t 1 -b 20M; }
case_b_iperf_udp() { need iperf3 || return; benign_bulk; c iperf3 -u -c $VICTIM -t 1 -b 5M -R; }
case_b_many() { benign; clients C many $VICTIM 80 60; }
case_b_many_hosts() { benign; for h in $(seq 21 29); do c curl -s -o /dev/null http://10.99.0.$h/; done; } # a crawler that finds something everywhere
case_b_lingering() { benign; clients C lingering $VICTIM 9000 20; }
case_b_half() { benign; clients C half $VICTIM 80 40; }
case_b_restart() { # the service dies under its clients, who try again until it is back
  need nginx || return
  benign
  (for _ in $(seq 60); do c curl -s -m 1 -o /dev/null http://$VICTIM/; sleep 0.03; done) &
  local web=$!
  (for n in 2 3 4 5 6; do for _ in $(seq 20); do c curl --interface 10.99.7.$n -s -m 1 -o /dev/null http://$VICTIM/; sleep 0.05; done & done; wait) &
  local others=$!
  sleep 0.7; kill "$(cat "$WORK/nginx.pid")"; sleep 1.2; nginx_up
  wait "$web" "$others"
}
case_b_restart_tls() { # two ports of one service are down for a while
  need nginx || return
  benign
  kill "$(cat "$WORK/nginx.pid")"; sleep 0.2
  for _ in $(seq 15); do c curl -s -m 1 http://$VICTIM/; c curl -sk -m 1 https://$VICTIM/; done
  nginx_up; sleep 0.3; for _ in $(seq 5); do c curl -s -o /dev/null http://$VICTIM/; done
}
case_b_udp_unreachable() { benign; clients C udp $VICTIM 514 60; } # syslog to a host whose syslogd is down
case_b_udp_echo() { benign; clients C udp $VICTIM 7 40; }
case_b_quic() { benign; clients C udp $VICTIM 443 20; }
case_b_quic_own() { benign; clients V udp $CLIENT 443 20; }
case_b_health() { benign; for _ in $(seq 30); do for n in 2 3; do c ncat -z -s 10.99.7.$n $VICTIM 80; c curl -s --interface 10.99.7.$n -o /dev/null http://$VICTIM/; done; sleep 0.05; done; }
case_b_health_hosts() { benign; for _ in 1 2 3 4 5; do for h in 21 22 23 24 25 26 27 28; do c ncat -z -w 1 10.99.0.$h 80; done; done; } # a balancer and its eight backends
case_b_health_down() { benign; for _ in $(seq 8); do for h in 21 22 23; do c ncat -z -w 1 10.99.0.$h 80; c ncat -z -w 1 10.99.0.$h 8081; done; done; } # the second service is down on all three
case_b_retry() { benign; clients C retry $VICTIM 8081 60 0.05; }
case_b_retry_silent() { benign; clients C --wait 0.3 retry $SILENT 8081 15 0.1; }
case_b_mail() { benign; clients C try $VICTIM 25,110,143,465,587,993,995; }
case_b_mail_down() { benign; clients C try --gap 0.1 $VICTIM 465,995,110,587,993; }
case_b_mail_silent() { benign; clients C --wait 0.4 try $SILENT 993,143,995,110; }
case_b_windows() { benign; for _ in 1 2; do clients C try $VICTIM 445,139,80; done; }
case_b_windows_silent() { benign; clients C --wait 0.5 try $SILENT 445,139,80; }
case_b_knock() { benign; clients C try --gap 0.3 $VICTIM 7000,8000,9000; clients C try --read $VICTIM 22; }
case_b_knock_closed() { benign; clients C try --gap 0.3 $VICTIM 7001,8002,9003; ssh_c root@$VICTIM true; }
case_b_monitor() { benign; for _ in 1 2 3 4; do clients C try --read $VICTIM 22,25,80,8081,5432; sleep 0.3; done; }
case_b_printer() { benign; clients C try $VICTIM 9100,631,515; }
case_b_traceroute() { need traceroute || return; benign; c traceroute -n -w 1 $VICTIM; c traceroute -n -w 1 $VICTIM; }
case_b_traceroute_silent() { need traceroute || return; benign; c timeout 20 traceroute -n -w 0.3 -m 10 $SILENT; }
case_b_traceroute_icmp() { need traceroute || return; benign; c traceroute -I -n -w 1 $VICTIM; }
case_b_traceroute_tcp() { need traceroute || return; benign; c traceroute -T -p 80 -n -w 1 $VICTIM; c traceroute -T -p 8081 -n -w 1 $VICTIM; }
case_b_traceroute6() { need traceroute || return; benign; c traceroute -6 -n -w 1 $VICTIM6; }
case_b_traceroute_own() { need traceroute || return; benign home=10.99.0.0/24; v traceroute -n -w 1 $CLIENT; v traceroute -n -w 1 10.97.1.1 -m 4 -q 2; }
case_b_tracepath() { need tracepath || return; benign; c tracepath -n $VICTIM; c tracepath -n $VICTIM; }
case_b_mtr() { need mtr || return; benign; c mtr -n -r -c 4 -i 0.3 $VICTIM; c mtr -u -n -r -c 4 -i 0.3 $VICTIM; c mtr -T -P 80 -n -r -c 4 -i 0.3 $VICTIM; }
case_b_ping() { benign; c ping -q -c 10 -i 0.1 $VICTIM; c ping -6 -q -c 10 -i 0.1 $VICTIM6; }
case_b_nat() { # thirty clients behind one address, some of them mistaken
  benign
  for n in $(seq 1 30); do
    in_ns I curl --interface 10.99.8.$n -s -m 1 -o /dev/null http://$VICTIM/
    [ $((n % 10)) = 0 ] && in_ns I curl --interface 10.99.8.$n -s -m 1 "http://$VICTIM:$((8000 + n))/"
    [ $((n % 7)) = 0 ] && in_ns I curl --interface 10.99.8.$n -sk -m 1 -o /dev/null "https://$VICTIM/"
  done
}
case_b_dnat() { benign; for _ in $(seq 20); do clients C try --read $VICTIM 8088,8089; done; }
case_b_dnat_first() { benign; for n in 1 2 3 4 5 6; do clients C try --read $VICTIM 8089,8088; sleep 0.2; done; }
case_b_peers() { benign; clients C peers any 10.99.1.1-60; } # peer-to-peer: many hosts, a port each, most refuse
case_b_peers_dark() { benign; clients C --wait 0.15 peers any 10.99.2.1-40; }
case_b_peers_in() { benign; for n in 2 3 4 5 6 7 8; do clients C spread 10.99.7.$n $VICTIM $((50000 + n)); done; }
case_b_swarm() { benign; clients C swarm $VICTIM:6881 10.99.70.1-60; } # a peer that left: many sources, the one port
case_b_backscatter() { benign; c python3 "$HERE/capture/forge.py" backscatter $VICTIM 200; }
case_b_multicast() { benign; ip -n "${LAB}R" addr show >/dev/null; in_ns R python3 "$HERE/capture/clients.py" multicast 10.99.0.1 10.99.0.255; v python3 "$HERE/capture/clients.py" multicast $VICTIM 10.99.0.255; }
case_b_own_web() { benign; for _ in $(seq 20); do v curl -s -m 1 --http0.9 -o /dev/null http://$CLIENT/; done; }
case_b_own_refused() { benign home=10.99.0.0/24; clients V try $CLIENT 81-100; } # the victim itself tries twenty closed ports elsewhere: ours is not the scanned one
case_b_own_dead() { benign home=10.99.0.0/24; clients V --wait 0.2 try 10.97.1.1 81-95; }
case_b_drip() { benign; for _ in 1 2 3; do clients C try --wait 3 --read $VICTIM 9001; done; }
case_b_slow_customer() { benign; for _ in $(seq 15); do clients C try --read $VICTIM 22,25,80,143; done; }
case_b_docker_pull() { benign; for _ in $(seq 4); do c curl -s -m 1 -o /dev/null https://$VICTIM:5000/; c curl -s -m 1 -o /dev/null http://$VICTIM:5000/; c curl -s -m 1 -o /dev/null http://$VICTIM/; done; } # registry: TLS, then plain, then 80
case_b_web_guess() { benign; for u in https://$VICTIM http://$VICTIM http://$VICTIM:8080 https://$VICTIM:8443; do c curl -sk -m 1 -o /dev/null $u; done; } # a person who looks for the web page
case_b_db_client() { benign; clients C try --read $VICTIM 3306; clients C try $VICTIM 5432,3306; }
case_b_two_refused() { benign; for n in 2 3 4 5 6 7 8 9; do clients C spread 10.99.7.$n $VICTIM 5432 1; clients C spread 10.99.7.$n $VICTIM 6379 1; done; }
