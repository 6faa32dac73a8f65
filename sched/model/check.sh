#!/usr/bin/env bash
# Checks the protocol of seats (seat.go, park.go) with SPIN, through every interleaving: the protocol as it stands must
# pass, and each variant with a bug must fail. The largest has 13 million states: some minutes on one core, 4 GB. Installs
# spin and gcc with apt where missing.
#
#     check.sh          everything
#     check.sh quick    the small ones: seconds
set -euo pipefail
cd "$(dirname "$0")"
model=$PWD/park.pml

if ! command -v spin >/dev/null || ! command -v gcc >/dev/null; then
	sudo=
	[ "$(id -u)" = 0 ] || sudo=sudo
	$sudo apt-get update -qq
	DEBIAN_FRONTEND=noninteractive $sudo apt-get install -qq -y --no-install-recommends spin gcc libc6-dev >/dev/null
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# verify OPTIONS prints the verdict in $verdict: ok, the assertion that failed, or why there is none.
verify() {
	rm -f pan*
	spin -a "$@" "$model" >spin.log || { cat spin.log >&2; exit 1; }
	gcc -w -O2 -DSAFETY -DCOLLAPSE -o pan pan.c
	./pan -m500000 >pan.log
	states=$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' pan.log)
	if grep -q 'errors: 0$' pan.log && ! grep -q 'search depth too small' pan.log; then
		verdict=ok
	else
		verdict=$(sed -n 's/^pan:[0-9]*: //p; s/^error: /unfinished: /p' pan.log | head -1)
	fi
}

good() {
	verify "$@"
	printf '%-72s %12s states  %s\n' "$*" "$states" "$verdict"
	[ "$verdict" = ok ] || failed=1
}

bad() {
	verify "$@"
	printf '%-72s %12s states  %s\n' "$*" "$states" "$verdict"
	case $verdict in
	assertion*) ;;
	*)
		echo "  this bug was not found" >&2
		failed=1
		;;
	esac
}

failed=
bad -DBUG=1 -DITEMS=2
bad -DBUG=2 -DLIMIT=1 -DITEMS=1 -DHIDE=1 -DBLOCK=1
bad -DBUG=3 -DPRODUCERS=2 -DITEMS=1
bad -DBUG=4 -DITEMS=1
bad -DBUG=5 -DPRODUCERS=2 -DITEMS=1
bad -DBUG=6 -DITEMS=2 -DLONG=1
bad -DBUG=7 -DITEMS=1 -DCLOSE=1
bad -DBUG=8 -DLIMIT=1 -DITEMS=1 -DHIDE=1 -DBLOCK=1
bad -DBUG=9 -DLIMIT=1 -DITEMS=1 -DHIDE=1 -DBLOCK=1
bad -DBUG=10 -DLIMIT=1 -DITEMS=2 -DHIDE=1 -DBLOCK=1
bad -DBUG=11 -DLIMIT=1 -DITEMS=1 -DHIDE=1 -DSIDE=1
bad -DBUG=12 -DLIMIT=1 -DITEMS=1 -DHIDE=1 -DSIDE=1
bad -DBUG=13 -DLIMIT=1 -DITEMS=1 -DHIDE=2 -DSIDE=1 -DBLOCK=1
bad -DBUG=14 -DLIMIT=1 -DITEMS=2 -DNAP=1
bad -DBUG=15 -DLIMIT=1 -DITEMS=2 -DNAP=1
bad -DBUG=16 -DLIMIT=1 -DITEMS=1 -DHIDE=1 -DSTUCK=1
bad -DBUG=17 -DLIMIT=1 -DITEMS=1 -DHIDE=1 -DSIDE=1

good -DPRODUCERS=1 -DITEMS=2
good -DITEMS=2 -DLONG=1 -DSPAWN=1
good -DITEMS=1 -DHIDE=1 -DBLOCK=1
good -DLIMIT=1 -DITEMS=1 -DHIDE=1 -DSTUCK=1
good -DLIMIT=1 -DITEMS=2 -DNAP=1
good -DLIMIT=1 -DITEMS=1 -DHIDE=1 -DSIDE=1
if [ "${1:-}" != quick ]; then
	good -DLIMIT=1 -DITEMS=1 -DHIDE=1 -DSIDE=1 -DBLOCK=1
fi
[ -z "$failed" ] || { echo "park.pml: failed" >&2; exit 1; }
echo "park.pml: all as expected"
