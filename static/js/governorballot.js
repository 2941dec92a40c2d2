// What a vote at a Governor contract must say: the call or the message, made
// here from what the page shows and what was pressed, never from the server's
// answer.
const SPLIT = 255; // support of a split vote (OpenZeppelin, GovernorCountingFractional)

// smallest writes tokens in the smallest unit, exactly.
function smallest(text, decimals) {
  const [whole, part = ""] = text.split(".");
  if (part.length > decimals) throw new Error(`This token has ${decimals} decimals; a share has ${part.length}.`);
  return BigInt(whole + part.padEnd(decimals, "0"));
}

// paramsOf packs a split: against, for, abstain, sixteen bytes each.
function paramsOf(choice, decimals) {
  const share = (n) => {
    const wei = smallest(choice[n] ?? "0", decimals);
    if (wei >= 1n << 128n) throw new Error("A share is larger than a governor can count.");
    return wei.toString(16).padStart(32, "0");
  };
  return "0x" + share("0") + share("1") + share("2");
}

// expectedOnChain gives what the sheet shall find. data is the form's dataset.
export function expectedOnChain(data, choice, reason, method) {
  const split = typeof choice === "object", alpha = data.family === "alpha";
  const support = split ? SPLIT : choice, params = split ? paramsOf(choice, Number(data.decimals)) : "0x";
  if (method === "transaction") {
    const [call, args] = alpha ? ["castVote(uint256,bool)", [data.proposal, choice === 1]]
      : split ? ["castVoteWithReasonAndParams(uint256,uint8,string,bytes)", [data.proposal, support, reason, params]]
        : reason ? ["castVoteWithReason(uint256,uint8,string)", [data.proposal, support, reason]]
          : ["castVote(uint256,uint8)", [data.proposal, support]];
    return { account: data.account, transaction: { chain_id: Number(data.chain), to: data.governor, call, args } };
  }
  const domain = { name: data.domainName, chainId: data.chain, verifyingContract: data.governor };
  if (data.domainVersion) domain.version = data.domainVersion;
  const message = { proposalId: data.proposal, support: alpha ? choice === 1 : support };
  const extended = reason !== "" || split;
  if (extended) Object.assign(message, { reason, params });
  return { account: data.account, from: data.ballotSig === "oz5" ? "voter" : "", primaryType: extended ? "ExtendedBallot" : "Ballot", domain, message };
}
