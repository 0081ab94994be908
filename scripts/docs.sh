#!/usr/bin/env bash
# Builds the reference documentation of WMGFramework with DocC; a warning is an error.
#   scripts/docs.sh [FOLDER]     where to put it (default .build/documentation)
# The package need not depend on anything for that: both programs come with Swift.
set -euo pipefail
cd "$(dirname "$0")/.."

output=${1:-.build/documentation}
if ! command -v docc >/dev/null; then
  echo "docs.sh: there is no 'docc' on your PATH; it comes with the toolchains of swift.org" >&2
  exit 69
fi
swift build --target WMGFramework
build=$(swift build --show-bin-path)
graphs=$(mktemp -d)
trap 'rm -rf "$graphs"' EXIT
target=$(swiftc -print-target-info | awk -F '"' '/"triple"/ { print $4; exit }')
swift symbolgraph-extract -module-name WMGFramework -I "$build/Modules" -target "$target" \
  -minimum-access-level public -skip-inherited-docs -output-dir "$graphs"
docc convert Sources/WMGFramework/WMGFramework.docc --additional-symbol-graph-dir "$graphs" \
  --fallback-display-name WMGFramework --fallback-bundle-identifier wmgwd2.WMGFramework \
  --warnings-as-errors --output-path "$output"
echo "Documentation: $output"
