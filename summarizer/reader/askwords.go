package reader

// The words by which asks are told from other numbers, in lower case.

var payTitles = []string{"fund", "budget", "grant", "pay", "compensat", "reimburs", "reward", "salary", "bounty", "sponsor", "allocat", "distribut", "airdrop", "spend", "treasury", "invest", "hire", "retention", "renew", "donat", "request", "contribution", "incentiv", "loan", "buyback", "buy back", "purchase", "acquire", "refund", "stipend", "expenses", "marketing", "audit", "retro", "transfer", "swap", "预算", "空投", "奖励", "激励", "presupuesto", "pago", "financ", "budget", "예산", "보상", "mint", "engage", "appoint", "partnership", "committee", "working group", "squad", "team", "profits", "offer"}

var ruleTitles = []string{"emission", "parameter", "fee", "threshold", "quorum", "supply cap", "borrow cap", "collateral", "interest rate", "reduce", "lower", "increase the", "weights", "gauge", "halving", "list ", "listing", "onboard", "add support", "price", "risk", "apy", "apr", "rename", "delegate platform", "election", "debt ceiling", "reserve factor", "ltv", "rate curve", "bonding curve", "curve param", "multiplier", "block reward", "tax", "captier", "cap1", "cap tier"}

var strongPay = []string{"pay ", "pays ", "paid", "payment", "payout", "fund ", "funds ", "funded", "funding", "grant", "budget", "request", "allocat", "transfer", "send ", "compensat", "cost", "distribut", "spend", "mint ", "reimburs", "salary", "salaries", "stipend", "stream", "donat", "contribut", "award", "withdraw", "release", "disburs", "allowance", "sponsor", "bounty", "airdrop", "ask ", "offer", "loan ", "profits", "预算", "支付", "拨款", "申请", "支出", "奖金", "补贴", "发放", "赔偿", "奖励", "分配", "pago", "pagar", "asignar", "destinar", "allouer", "verser", "financ", "presupuesto", "versement", "budget", "지급", "invest ", "deposit ", "purchase", "buy ", "acquire", "retroactive", "incentiv", "refund"}

var weakPay = []string{"total", "reward", "for the ", "per month", "monthly", "tokens", "from the treasury", "treasury", "usd worth", "worth of", "使用", "用于", "amount", "swap", "use ", "provide", "price", "receive"}

var notAsked = []string{"tvl", "total value locked", "market cap", "marketcap", "fdv", "trading volume", "daily volume", "circulating", "total supply", "max supply", "per block", "/block", "a block", "each block", " apr ", "apr)", "% apr", "apy", "price of", "token price", "current price", "per token", "each token", "all-time", "raised", "revenue", "profit", "earned", "generated", "has accrued", "collateral", "supply cap", "borrow cap", "debt ceiling", "threshold", "quorum", "minimum balance", "voting power", "to vote", "holdings", "market ", "markets", "market-", "liquidity of", "liquidation", "interest", "gas cost", "gas fee", "so far", "to date", "previously", "already", "existing", "last year", "hacked", "hacker", "the hack ", "hack of", "recent hack", "exploit", "stolen", "for example", "e.g.", "such as", "valued at", "currently holds", "currently has", "treasury holds", "balance of", "burned", "burnt", "remaining", "流通", "价格", "bridge limit", "per vote", "in fees", "/second", "per second", "结余", "剩余", "average", "per hour", "an hour", "hourly", "in gas", "starting at", "co-invest", "co invest", "every block", "burn rate", "personal"}

var boundsBefore = []string{"more than ", "over ", "at least ", "less than ", "above ", "below ", "exceed", "minimum", "worth ", "around a ", "from ", "than ", "= ", "hold ", "holding ", "holds ", "own ", "each with ", "if ", "price", "1 ", "treasury of ", "out of ", "up to "}

var ratesAfter = []string{"tvl", "in tvl", " per block", "/block", " per token", " each holder", " volume", " holders", " market", " in liquidity", " in fees", " in revenue", " price", " of tvl", " balance", " apr ", " supply", " left", " remain", " (current", " to create", " to vote", " deposit"}

// orderVerbs: at the start of a line and right before an amount they are
// what is done if the vote passes.
var orderVerbs = []string{"mint ", "transfer ", "send ", "pay ", "allocate ", "withdraw ", "swap ", "approve ", "grant ", "release ", "fund ", "deposit ", "distribute ", "stream ", "supply ", "deploy ", "bridge ", "give ", "provide ", "reimburse ", "donate ", "airdrop ", "invest ", "convert ", "sell ", "buy ", "set aside ", "$"}

// restsBefore: words of a line that speaks of what there is, not of what is asked.
var restsBefore = []string{"already", "currently", "have been paid", "can cost", "in the last ", "last poll", "holds ", "sits ", "worth of liquidity", "to date", "结余", "剩余", "余额", "was paid", "were paid", "was rewarded", "were rewarded", "time of writing", "paid between", "allocated funds"}
