#!/bin/sh
# Compiles the contracts of the practice chain again and writes
# contracts.json. Needs node, and the packages of governance/governancetest/npm:
# in the folder that NODE_MODULES names, or installed there by npm.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
npm=$here/../../../governancetest/npm
if [ -z "${NODE_MODULES:-}" ]; then
  (cd "$npm" && npm ci --silent --no-audit --no-fund)
  NODE_MODULES=$npm/node_modules
fi
export NODE_MODULES
node "$here/build.js" >"$here/contracts.json.new"
mv "$here/contracts.json.new" "$here/contracts.json"
