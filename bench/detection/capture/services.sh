# shellcheck shell=bash disable=SC2034,SC2086,SC2154 # single words; variables shared with make-captures.sh
# Real services of the lab, each with its files in $WORK. Sourced by lab.sh; what is started here ends with the namespaces.
services_up() {
  local ns
  mkdir -p "$WORK"/{www,ftp,ssh,tmp} && chmod 755 "$WORK" "$WORK"/{www,ftp}
  echo '<html><title>lab</title><img src=a.png><script src=b.js></script></html>' >"$WORK/www/index.html"
  head -c 20000 /dev/urandom >"$WORK/www/a.png"; head -c 5000 /dev/urandom >"$WORK/www/b.js"; head -c 3000 /dev/urandom >"$WORK/ftp/file1"; cp "$WORK/ftp/file1" "$WORK/ftp/file2"
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=lab -keyout "$WORK/key.pem" -out "$WORK/cert.pem" 2>/dev/null
  ip netns exec "${LAB}V" python3 "$HERE/capture/services.py" banner:25:220 banner:143:OK banner:587:220 banner:993:OK banner:3306:5.5 echo:7 uecho:7 quic:443 closefirst:9000 drip:9001 >"$WORK/services.log" 2>&1 &
  ip netns exec "${LAB}K" python3 "$HERE/capture/services.py" banner:8088:hello banner:8089:hello >"$WORK/pod.log" 2>&1 &
  ip netns exec "${LAB}C" python3 "$HERE/capture/services.py" latedns:53:8 quic:443 banner:80:hello banner:25:220 >"$WORK/outside.log" 2>&1 &
  nginx_up; sshd_up; ftp_up V $VICTIM NO YES; ftp_up C 10.99.7.9 YES NO
  command -v dnsmasq >/dev/null && v dnsmasq --conf-file=/dev/null --no-resolv --no-hosts --user=root --pid-file="$WORK/dnsmasq.pid" --address=/lab/10.99.0.2 --bind-dynamic
  command -v iperf3 >/dev/null && v iperf3 -s -D -p 5201 --pidfile "$WORK/iperf3.pid"
  chrony_up
  for _ in $(seq 50); do grep -q ready "$WORK/services.log" && break; sleep 0.1; done
  for ns in A C; do in_ns $ns ping -c1 -W1 $VICTIM; in_ns $ns ping -6 -c1 -W1 $VICTIM6; done >/dev/null 2>&1 # neighbour tables
  sleep 0.5
}
nginx_up() {
  command -v nginx >/dev/null || return 0
  cat >"$WORK/nginx.conf" <<CONF
user root; worker_processes 1; pid $WORK/nginx.pid; error_log $WORK/nginx.log;
events { worker_connections 512; }
http { access_log off; client_body_temp_path $WORK/tmp; proxy_temp_path $WORK/tmp; fastcgi_temp_path $WORK/tmp; uwsgi_temp_path $WORK/tmp; scgi_temp_path $WORK/tmp;
  server { listen 80; listen [::]:80; listen 443 ssl; ssl_certificate $WORK/cert.pem; ssl_certificate_key $WORK/key.pem; root $WORK/www; } }
CONF
  v nginx -c "$WORK/nginx.conf" 2>/dev/null
}
sshd_up() {
  [ -x /usr/sbin/sshd ] || return 0
  mkdir -p /run/sshd
  ssh-keygen -q -t ed25519 -N '' -f "$WORK/ssh/host"; ssh-keygen -q -t ed25519 -N '' -f "$WORK/ssh/user"; cp "$WORK/ssh/user.pub" "$WORK/ssh/authorized"
  printf 'HostKey %s/ssh/host\nAuthorizedKeysFile %s/ssh/authorized\nPidFile none\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n' "$WORK" "$WORK" >"$WORK/ssh/sshd_config"
  v /usr/sbin/sshd -f "$WORK/ssh/sshd_config"
}
ftp_up() { # NAMESPACE ADDRESS PROMISCUOUS FROM-PORT-20
  command -v vsftpd >/dev/null || return 0
  cat >"$WORK/vsftpd.$1.conf" <<CONF
listen=YES
listen_address=$2
anonymous_enable=YES
anon_root=$WORK/ftp
no_anon_password=YES
pasv_min_port=30000
pasv_max_port=30100
port_promiscuous=$3
connect_from_port_20=$4
seccomp_sandbox=NO
secure_chroot_dir=$WORK/tmp
background=NO
xferlog_enable=NO
CONF
  ip netns exec "$LAB$1" vsftpd "$WORK/vsftpd.$1.conf" >/dev/null 2>&1 &
}
chrony_up() { # -x: it never touches the machine's clock
  command -v chronyd >/dev/null || return 0
  printf 'local stratum 5\nallow all\npidfile %s/chronyd.pid\ncmdport 0\nbindcmdaddress /\n' "$WORK" >"$WORK/chrony.conf"
  v chronyd -x -u root -f "$WORK/chrony.conf" >/dev/null 2>&1
}
