// Compiles Solidity: {file: source} on standard input becomes
// {contract: {init, runtime}} on standard output, hex without 0x. The same
// sources and compiler (solc 0.8.28) give the same bytes: no metadata.
const solc = require("solc");
const sources = JSON.parse(require("fs").readFileSync(0, "utf8"));
const input = {
  language: "Solidity",
  sources: Object.fromEntries(Object.entries(sources).map(([file, content]) => [file, { content }])),
  settings: {
    optimizer: { enabled: true, runs: 200 },
    evmVersion: "paris", // no newer instruction: some chains came late to Shanghai
    metadata: { bytecodeHash: "none", appendCBOR: false },
    outputSelection: { "*": { "*": ["evm.bytecode.object", "evm.deployedBytecode.object"] } },
  },
};
const output = JSON.parse(solc.compile(JSON.stringify(input)));
const errors = (output.errors || []).filter((e) => e.severity === "error");
if (errors.length > 0) {
  console.error(errors.map((e) => e.formattedMessage).join("\n"));
  process.exit(1);
}
const contracts = {};
for (const file of Object.values(output.contracts)) {
  for (const [name, { evm }] of Object.entries(file)) {
    contracts[name] = { init: evm.bytecode.object, runtime: evm.deployedBytecode.object };
  }
}
process.stdout.write(JSON.stringify(contracts));
