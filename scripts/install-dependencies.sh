#!/usr/bin/env bash
# Installs the Debian packages that building and testing need, and only those that are missing.
# With --frr also FRR, whose programs the EVPN lab runs; the package's own service is then not started on this host.
set -euo pipefail

wanted=()
case "${1-}" in
  '') ;;
  --frr) wanted=(frr) ;;
  *) echo "install-dependencies.sh: unknown option '$1'; there is only --frr" >&2; exit 64 ;;
esac

if ! command -v swift >/dev/null; then
  cat >&2 <<'END'
wmgwd2 needs Swift 6.2 or later, and there is no 'swift' on your PATH.
Install it from https://www.swift.org/install/linux/ :

    curl -O https://download.swift.org/swiftly/linux/swiftly-$(uname -m).tar.gz
    tar zxf swiftly-$(uname -m).tar.gz
    ./swiftly init

then open a new shell and call make again. If you have Swift and used sudo: sudo env PATH="$PATH" make …
END
  exit 69
fi

# gcc, g++ and make build the examples of plugins in C and C++; libxxhash0 is what the strategy 'foreign' is tried with; strace
# shows what netlink messages a reload sends.
packages=(
  gcc g++ make libc6-dev libmnl-dev libffi-dev pkg-config iproute2 nftables python3 strace libxxhash0
  "${wanted[@]}"
)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
  echo "These packages are missing, and there is no apt-get to install them: ${missing[*]}" >&2
  exit 69
fi
echo "Installing: ${missing[*]}"
sudo=()
[ "$(id -u)" = 0 ] || sudo=(sudo)
"${sudo[@]}" apt-get update -qq

policy=/usr/sbin/policy-rc.d
is_new_frr=false
if [[ " ${missing[*]} " == *" frr "* ]]; then
  is_new_frr=true
  # Packages ask this file whether they may start a service. If there is one, somebody has decided that already.
  if [ ! -e "$policy" ] && [ ! -L "$policy" ]; then
    trap '"${sudo[@]}" rm -f "$policy"' EXIT
    printf '#!/bin/sh\n[ "$1" != frr ] || exit 101\nexit 0\n' | "${sudo[@]}" tee "$policy" >/dev/null
    "${sudo[@]}" chmod 755 "$policy"
  fi
fi
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}"

if $is_new_frr; then
  # Enabled, it would start with the next boot.
  if [ -d /run/systemd/system ]; then
    "${sudo[@]}" systemctl --quiet disable --now frr
  elif command -v systemctl >/dev/null; then
    "${sudo[@]}" systemctl --quiet disable frr || true
  fi
  echo "FRR is installed, and its service is off: the lab starts FRR by itself, in network namespaces of its own."
fi
