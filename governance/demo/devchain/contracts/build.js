// Compiles the contracts beside this file and writes one JSON file, contract
// name to {abi, bytecode, runtime}, to standard output. Code whose constructor
// still writes into it (immutables) has no runtime here. It asks the folder
// that NODE_MODULES names for solc, @openzeppelin/contracts (5) and
// @openzeppelin/contracts-v4 (4.9).
"use strict";
const fs = require("fs");
const path = require("path");

const modules = process.env.NODE_MODULES;
const folder = process.env.CONTRACTS || __dirname;
const solc = require(path.join(modules, "solc"));
const wanted = [
  "DelegateRegistry", "SplitDelegation", "VotesToken", "PracticeSafe", "NameRegistry", "NameResolver",
  "GovernorFive", "GovernorFiveBlocks", "TimelockFive", "GovernorFour", "TimelockFour", "GovernorBravoLike", "CompoundTimelock",
  "DaoToken", "DaoTokenTime", "Stablecoin", "VaultOne", "VaultTwo", "VaultProxy",
];

const sources = {};
for (const name of fs.readdirSync(folder).filter((n) => n.endsWith(".sol")).sort()) {
  sources[name] = { content: fs.readFileSync(path.join(folder, name), "utf8") };
}
const input = {
  language: "Solidity",
  sources,
  settings: {
    optimizer: { enabled: true, runs: 200 },
    evmVersion: "cancun",
    metadata: { bytecodeHash: "none", appendCBOR: false },
    outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode"] } },
  },
};
const found = (name) => ({ contents: fs.readFileSync(path.join(modules, name), "utf8") });
const out = JSON.parse(solc.compile(JSON.stringify(input), { import: found }));
const errors = (out.errors || []).filter((e) => e.severity === "error");
if (errors.length > 0) {
  for (const e of errors) console.error(e.formattedMessage);
  process.exit(1);
}

const made = {};
for (const name of wanted) {
  for (const file of Object.values(out.contracts)) {
    if (!file[name]) continue;
    const { object, immutableReferences } = file[name].evm.deployedBytecode;
    if (object.length > 2 * 24576) throw new Error(name + " is too long for a chain");
    made[name] = { abi: file[name].abi, bytecode: "0x" + file[name].evm.bytecode.object };
    if (Object.keys(immutableReferences || {}).length === 0) made[name].runtime = "0x" + object;
  }
  if (!made[name]) throw new Error("no contract " + name);
}
const lines = Object.entries(made).map(([name, c]) =>
  JSON.stringify(name) + ": {\n" + Object.entries(c).map(([k, v]) => ` "${k}": ${JSON.stringify(v)}`).join(",\n") + "\n}");
process.stdout.write("{\n" + lines.join(",\n") + "\n}\n");
