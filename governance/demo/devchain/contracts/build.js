// Compiles the contracts beside this file and writes one JSON file, contract
// name to {abi, bytecode, runtime}, to standard output. It asks the folder
// that NODE_MODULES names for solc and @openzeppelin/contracts.
"use strict";
const fs = require("fs");
const path = require("path");

const modules = process.env.NODE_MODULES;
const folder = process.env.CONTRACTS || __dirname;
const solc = require(path.join(modules, "solc"));
const wanted = ["DelegateRegistry", "SplitDelegation", "VotesToken", "PracticeSafe", "NameRegistry", "NameResolver"];

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
    outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
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
    made[name] = {
      abi: file[name].abi,
      bytecode: "0x" + file[name].evm.bytecode.object,
      runtime: "0x" + file[name].evm.deployedBytecode.object,
    };
  }
  if (!made[name]) throw new Error("no contract " + name);
}
process.stdout.write(JSON.stringify(made, null, 1) + "\n");
