# shellcheck shell=bash disable=SC2034,SC2086,SC2154 # single words; variables shared with make-captures.sh
# The same traffic in another wrapping: what replay must read alike. Made from the captures by pcaptool.py. Sourced.
make_variants() {
  local base gap
  : "${OUT:?}"
  for base in "$OUT"/slowbase_*.pcap; do
    [[ -e $base && $base != *_gap* ]] || continue
    for gap in 300 3600; do
      variant "$(basename "$base" .pcap)" "gap$gap" stretch "$gap"
      sed -i 's/\t[a-z-]*$/\tslow/' "$OUT/.rows/$(basename "$base" .pcap)_gap$gap.tsv"
    done
  done
  for base in nmap_sS nmap_sT nmap_sU nmap_sF nmap_v6_sS masscan_sweep; do
    variant $base oneway inbound 10.99.66.1,fd99:0:0:a::1
    variant $base middle from 0.4
  done
  for base in nmap_sS nmap_sS_1000 nmap_sU; do variant $base answers outbound 10.99.66.1; done
  variant nmap_sA middle from 0.4 # one-way, an ACK scan is nothing that the wire tells apart
  for base in nmap_sX nmap_sN nmap_sS_silent nmap_sweep_dark nmap_sY nmap_flags_SF; do variant $base oneway inbound 10.99.66.1; done
  for base in nmap_sS nmap_sU nmap_sT; do
    for how in vlan qinq gre ipip vxlan sll sll2 raw null pcapng nano swapped snap54 backwards torn; do variant $base "$how" "$how"; done
  done
  for base in b_curl b_wrk_close b_ftp b_restart b_many b_ssh b_dns b_wrk b_lingering b_curl_tls b_nat; do
    variant $base oneway inbound 10.99.7.1,10.99.9.1
    variant $base answers outbound 10.99.7.1,10.99.9.1
    variant $base middle from 0.4
  done
  for base in b_curl b_dns b_ftp; do for how in vlan qinq gre ipip vxlan sll sll2 raw null pcapng nano swapped snap54 backwards torn; do variant $base "$how" "$how"; done; done
}
variant() { # BASE NAME TOOL-ARGUMENTS...
  local base=$1 name=$1_$2; shift 2
  [ -e "$OUT/$base.pcap" ] && [ -e "$OUT/.rows/$base.tsv" ] || return 0
  tool pcaptool "$OUT/$base.pcap" "$OUT/$name.pcap" "$@" || return 0
  sed "s/^$base\\.pcap/$name.pcap/" "$OUT/.rows/$base.tsv" >"$OUT/.rows/$name.tsv"
}
