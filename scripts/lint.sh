#!/usr/bin/env bash
# The format of every Swift file, checked strictly.
set -euo pipefail
cd "$(dirname "$0")/.."
git ls-files '*.swift' | xargs swift format lint --strict
