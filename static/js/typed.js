// Keccak-256 and the digest of EIP-712 typed data, by hand: the page computes
// for itself what a wallet is about to sign and compares it with what the
// server said. Strict: what a wallet could read in another way is refused.
const MASK = (1n << 64n) - 1n;
const rotate = (x, n) => n === 0n ? x : ((x << n) | (x >> (64n - n))) & MASK;

// The constants of Keccak-f[1600] follow from its definition (FIPS 202):
// rotations from the walk over the lanes, round constants from a shift
// register.
const { steps, rounds } = (() => {
  const walk = [];
  let [x, y] = [1, 0];
  for (let t = 0; t < 24; t++) {
    const next = [y, (2 * x + 3 * y) % 5];
    walk.push([next[0] + 5 * next[1], BigInt(((t + 1) * (t + 2) / 2) % 64)]);
    [x, y] = next;
  }
  const constants = [];
  let r = 1;
  for (let i = 0; i < 24; i++) {
    let c = 0n;
    for (let j = 0; j < 7; j++) {
      if (r & 1) c |= 1n << BigInt((1 << j) - 1);
      r = (r << 1) ^ ((r >> 7) * 0x171);
    }
    constants.push(c);
  }
  return { steps: walk, rounds: constants };
})();

function permute(a) {
  for (const constant of rounds) {
    const c = [0, 1, 2, 3, 4].map((x) => a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20]);
    for (let x = 0; x < 5; x++) {
      const d = c[(x + 4) % 5] ^ rotate(c[(x + 1) % 5], 1n);
      for (let y = 0; y < 25; y += 5) a[x + y] ^= d;
    }
    let held = a[1];
    for (const [to, by] of steps) {
      const next = a[to];
      a[to] = rotate(held, by);
      held = next;
    }
    for (let y = 0; y < 25; y += 5) {
      const row = a.slice(y, y + 5);
      for (let x = 0; x < 5; x++) a[y + x] = row[x] ^ (~row[(x + 1) % 5] & MASK & row[(x + 2) % 5]);
    }
    a[0] ^= constant;
  }
}

const RATE = 136;

// keccak256 hashes bytes (Uint8Array) to 32 bytes.
export function keccak256(bytes) {
  const padded = new Uint8Array((Math.floor(bytes.length / RATE) + 1) * RATE);
  padded.set(bytes);
  padded[bytes.length] ^= 0x01;
  padded[padded.length - 1] ^= 0x80;
  const view = new DataView(padded.buffer);
  const state = Array(25).fill(0n);
  for (let at = 0; at < padded.length; at += RATE) {
    for (let i = 0; i < RATE / 8; i++) state[i] ^= view.getBigUint64(at + i * 8, true);
    permute(state);
  }
  const out = new DataView(new ArrayBuffer(32));
  for (let i = 0; i < 4; i++) out.setBigUint64(i * 8, state[i], true);
  return new Uint8Array(out.buffer);
}

export const hex = (bytes) => "0x" + [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");

// TypedError says why typed data is refused.
export class TypedError extends Error {}
const refuse = (why) => { throw new TypedError(why); };

// utf8 refuses halves of surrogate pairs: encoders disagree about them.
export function utf8(text) {
  if (/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text)) refuse("a text is not valid Unicode");
  return new TextEncoder().encode(text);
}

function unhex(text, where) {
  if (typeof text !== "string" || !/^0x([0-9a-fA-F]{2})*$/.test(text)) refuse(`${where}: not bytes in hexadecimal`);
  return Uint8Array.from(text.slice(2).match(/../g) ?? [], (h) => parseInt(h, 16));
}

function join(parts) {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) { out.set(p, at); at += p.length; }
  return out;
}

// checksum writes an address with the capitals of EIP-55. Mixed capitals that
// are not those are refused.
export function checksum(address) {
  if (typeof address !== "string" || !/^0x[0-9a-fA-F]{40}$/.test(address)) refuse("an address has 0x and 40 hexadecimal digits");
  const low = address.slice(2).toLowerCase();
  const hash = hex(keccak256(utf8(low))).slice(2);
  const out = "0x" + [...low].map((c, i) => parseInt(hash[i], 16) > 7 ? c.toUpperCase() : c).join("");
  const digits = address.slice(2);
  if (digits !== low && digits !== digits.toUpperCase() && address !== out) refuse("an address is mistyped: its capitals do not fit");
  return out;
}

const left = (bytes) => join([new Uint8Array(32 - bytes.length), bytes]);
const right = (bytes) => join([bytes, new Uint8Array(32 - bytes.length)]);
const isObject = (v) => typeof v === "object" && v !== null && !Array.isArray(v);

function integer(value, bits, signed, where) {
  let n;
  if (typeof value === "number" && Number.isSafeInteger(value)) n = BigInt(value);
  else if (typeof value === "string" && /^(0|-?[1-9][0-9]{0,78})$/.test(value)) n = BigInt(value);
  else refuse(`${where}: not a whole number`);
  const [low, high] = signed ? [-(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n] : [0n, (1n << BigInt(bits)) - 1n];
  if (n < low || n > high) refuse(`${where}: out of range`);
  return unhex("0x" + BigInt.asUintN(256, n).toString(16).padStart(64, "0"), where);
}

// atoms maps the kinds of atomic types to their encoders; null = no such type.
function atom(type) {
  let m;
  if (type === "string") return (v, at) => typeof v === "string" ? keccak256(utf8(v)) : refuse(`${at}: not a text`);
  if (type === "bytes") return (v, at) => keccak256(unhex(v, at));
  if (type === "bool") return (v, at) => typeof v === "boolean" ? left(Uint8Array.of(v ? 1 : 0)) : refuse(`${at}: not true or false`);
  if (type === "address") return (v, at) => left(unhex(checksum(v), at));
  if ((m = /^bytes([1-9]|[12][0-9]|3[0-2])$/.exec(type))) {
    return (v, at) => {
      const b = unhex(v, at);
      return b.length === Number(m[1]) ? right(b) : refuse(`${at}: not ${m[1]} bytes`);
    };
  }
  if ((m = /^(u?)int([1-9][0-9]{0,2})$/.exec(type)) && m[2] % 8 === 0 && m[2] <= 256) {
    return (v, at) => integer(v, Number(m[2]), m[1] === "", at);
  }
  return null;
}

const DOMAIN = { name: "string", version: "string", chainId: "uint256", verifyingContract: "address", salt: "bytes32" };
const NAME = /^[A-Za-z_$][A-Za-z0-9_$]*$/;
const MAX_DEPTH = 32;
const base = (type) => type.replace(/(\[[0-9]*\])+$/, "");

// checked reads the table of types and refuses what is not exactly one.
function checked(data) {
  if (!isObject(data) || !isObject(data.types) || !isObject(data.domain) || !isObject(data.message)) refuse("this is not typed data");
  for (const key of Object.keys(data)) if (!["types", "domain", "primaryType", "message"].includes(key)) refuse(`an unknown part: ${key}`);
  const types = new Map();
  for (const [name, list] of Object.entries(data.types)) {
    if (!NAME.test(name) || atom(name) || !Array.isArray(list)) refuse(`a type has a wrong name: ${name}`);
    const seen = new Set();
    for (const f of list) {
      if (!isObject(f) || typeof f.name !== "string" || typeof f.type !== "string" || Object.keys(f).length !== 2) refuse(`${name}: a field without name and type`);
      if (!NAME.test(f.name) || seen.has(f.name)) refuse(`${name}: a field twice, or with a wrong name`);
      if (!/^[A-Za-z_$][A-Za-z0-9_$]*(\[([1-9][0-9]*)?\])*$/.test(f.type)) refuse(`${name}.${f.name}: a wrong type`);
      seen.add(f.name);
    }
    types.set(name, list.map((f) => ({ name: f.name, type: f.type })));
  }
  for (const list of types.values()) {
    for (const f of list) if (!atom(base(f.type)) && !types.has(base(f.type))) refuse(`unknown type ${f.type}`);
  }
  if (!types.has("EIP712Domain")) refuse("the domain has no type");
  for (const f of types.get("EIP712Domain")) if (!Object.hasOwn(DOMAIN, f.name) || DOMAIN[f.name] !== f.type) refuse(`the domain has a wrong field: ${f.name}`);
  if (typeof data.primaryType !== "string" || !types.has(data.primaryType) || data.primaryType === "EIP712Domain") refuse("the main type is missing");
  return types;
}

// signature is encodeType of EIP-712: the type, then those it needs by name.
function signature(types, main) {
  const needed = new Set();
  const walk = (name) => {
    if (needed.has(name) || !types.has(name)) return;
    needed.add(name);
    for (const f of types.get(name)) walk(base(f.type));
  };
  walk(main);
  needed.delete(main);
  return [main, ...[...needed].sort()].map((n) => `${n}(${types.get(n).map((f) => f.type + " " + f.name).join(",")})`).join("");
}

function encode(types, type, value, at, depth, see) {
  if (depth > MAX_DEPTH) refuse(`${at}: nested too deep`);
  const array = /\[([0-9]*)\]$/.exec(type);
  if (array) {
    if (!Array.isArray(value)) refuse(`${at}: not a list`);
    if (array[1] !== "" && value.length !== Number(array[1])) refuse(`${at}: not ${array[1]} items`);
    if (value.length === 0) see?.({ name: at, type, value: "(none)" });
    const of = type.slice(0, array.index);
    return keccak256(join(value.map((v, i) => encode(types, of, v, `${at}[${i + 1}]`, depth + 1, see))));
  }
  if (types.has(type)) return struct(types, type, value, at, depth + 1, see);
  const bytes = atom(type)(value, at);
  see?.({ name: at, type, value: String(value) });
  return bytes;
}

function struct(types, type, value, at, depth, see) {
  if (!isObject(value)) refuse(`${at || type}: not an object`);
  const list = types.get(type);
  for (const key of Object.keys(value)) if (!list.some((f) => f.name === key)) refuse(`${at ? at + "." : ""}${key}: not in the type`);
  const parts = list.map((f) => {
    const name = at ? `${at}.${f.name}` : f.name;
    if (!Object.hasOwn(value, f.name)) refuse(`${name}: missing`);
    return encode(types, f.type, value[f.name], name, depth, see);
  });
  return keccak256(join([keccak256(utf8(signature(types, type))), ...parts]));
}

// read returns the digest and every signed field, in one walk: what is shown
// cannot differ from what is hashed. The domain's fields come first.
export function read(data) {
  const types = checked(data);
  const domain = [], message = [];
  const separator = struct(types, "EIP712Domain", data.domain, "", 0, (f) => domain.push(f));
  const hash = struct(types, data.primaryType, data.message, "", 0, (f) => message.push(f));
  return { digest: hex(keccak256(join([Uint8Array.of(0x19, 0x01), separator, hash]))), primaryType: data.primaryType, domain, message };
}

// digest returns the EIP-712 digest of typed data in the form of
// eth_signTypedData_v4, as 0x and 64 digits. It throws TypedError.
export const digest = (data) => read(data).digest;

// calldata encodes a call with arguments of fixed size, texts and bytes (the
// contract ABI), for example
// calldata("setDelegate(bytes32,address)", [id, delegate]).
export function calldata(call, args) {
  const kinds = /\((.*)\)$/.exec(call)?.[1].split(",").filter(Boolean) ?? refuse("not a call");
  if (kinds.length !== args.length || kinds.some((k) => !atom(k))) refuse("not a call that can be encoded here");
  const heads = [], tails = [];
  let at = 32 * kinds.length;
  kinds.forEach((kind, i) => {
    if (kind !== "string" && kind !== "bytes") return heads.push(atom(kind)(args[i], kind));
    if (typeof args[i] !== "string") refuse(`${kind}: not a text`);
    const body = kind === "string" ? utf8(args[i]) : unhex(args[i], kind);
    const tail = join([integer(body.length, 256, false, kind), body, new Uint8Array((32 - body.length % 32) % 32)]);
    heads.push(integer(at, 256, false, kind));
    tails.push(tail);
    at += tail.length;
  });
  return hex(join([keccak256(utf8(call)).slice(0, 4), ...heads, ...tails]));
}
