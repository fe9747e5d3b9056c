#!/bin/sh
# The planning desk in a browser: installs what that needs, builds revier, runs tests/page/desk.js.
# Fails, and never skips, when something is missing. Pictures are left in target/page/.
set -eu
cd "$(dirname "$0")/.."

if ! command -v chromium >/dev/null || ! command -v npm >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    root=''
    [ "$(id -u)" = 0 ] || root=sudo
    $root apt-get update -qq
    $root apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
    command -v npm >/dev/null || $root apt-get install -y -qq --no-install-recommends nodejs npm
fi
node -e 'if (Number(process.versions.node.split(".")[0]) < 18) { console.error("node 18 or newer is needed"); process.exit(1); }'
npm ci --prefix tests/page --no-audit --no-fund

cargo build --release
node tests/page/desk.js "$@"
