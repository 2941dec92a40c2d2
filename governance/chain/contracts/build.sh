#!/bin/sh
# Writes validator.hex from validator.sol. NODE_PATH names a node_modules with
# solc 0.8.28, such as the one that the tests install into the user's cache:
#   NODE_PATH=$(echo ~/.cache/mandate/npm-*/node_modules) sh build.sh
set -eu
cd "$(dirname "$0")"
node -e 'const s = require("fs").readFileSync("validator.sol", "utf8"); process.stdout.write(JSON.stringify({ "validator.sol": s }))' |
	node -e "$(cat compile.js)" |
	node -e 'process.stdout.write(JSON.parse(require("fs").readFileSync(0, "utf8")).Validator.init + "\n")' >validator.hex
