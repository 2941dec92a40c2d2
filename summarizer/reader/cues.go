package reader

// Cues are parts of lower-case sentences. They are short lists of plain
// words in the languages that proposals are written in.

// askCues begin what is proposed.
var askCues = []string{
	"should the ", "should we ", "this proposal", "this aip", "this yip", "this kip", "this executable", "this vote", "this poll", "this publication", "this snapshot", "this post", "we propose", "i propose", "propose to", "proposes", "proposing", "proposed that", "proposal to", "proposal is to", "proposal for",
	"we request", "requesting", "requests", "i request", "asking for", "we ask", "the ask", "ask is", "i suggest", "we suggest", "aims to", "seeks to", "is seeking", "are seeking", "seeks ", "looking to", "would like to", "'d like to", "we want to", "we should", "the goal is", "our goal", "intended to", "the aim",
	"se propone", "proponemos", "propongo", "esta propuesta", "propõe", "proponho", "esta proposta", "cette proposition", "nous proposons", "je propose", "il est proposé", "a pour objet", "wir schlagen", "ich schlage", "vorschlag", "提议", "申请", "建议", "提案", "计划", "将", "拟", "제안", "하려고", "预算", "предлага",
}

var ifPassed = []string{"if approved", "if passed", "if this proposal", "if the proposal", "if it passes", "if the vote", "upon approval", "upon passing", "once approved", "if successful", "passes", "should the proposal", "if accepted", "if yes", "if voted", "in favor"}

var willCues = []string{" will ", " would ", " shall ", " to be ", "will be ", "wird ", " sera ", "será", "se hará"}

var changeCues = []string{"increas", "decreas", "reduc", "lower", "raise", "add ", "adding", "remov", "replac", "transfer", "allocat", "distribut", "fund ", "funding", "deploy", "upgrad", "migrat", "mint", "burn", "appoint", "elect ", "establish", "launch", "list ", "enabl", "disabl", "activate", "extend", "renew", "appro", "grant", "pay ", "paid", "change", "adjust", "set ", "update", "swap", "create", "cut ", "stop", "start", "implement", "introduc", "convert", "acquire", "sell ", "buy ", "airdrop", "stake", "lock", "revoke", "ban ", "hire"}

var limitCues = []string{" not ", "n't ", "cannot", " only", "must ", "no longer", "unless", "until", "at least", "at most", "maximum", "minimum", "up to ", "limit", "cap ", "require", "per month", "per year", "per week", "monthly", "weekly", "annual", " over ", "after ", "before ", "instead", "without", "returned to the", "sent back", "supersede", "lock up", "lock-up", "lockup", "disclos", "advisor of", "conflict of interest"}

var reasonCues = []string{"because", "since ", "so that", "in order to", "due to", "as a result", "therefore", "currently", "however", "risk", "this means", "allow", "would ", "ensur", "problem", "issue", "benefit", "reason", "lead to", "need", "incentiv", "help"}

var selfCues = []string{"i am ", "i'm ", "i have ", "i've ", "my name", " we are ", "we're ", "our team", "i think", "in my opinion", "i believe", "we believe"}

var pastCues = []string{" was ", " were ", " had ", " has been ", " have been ", "previous", "last year", "last month", "recently", "to date", "so far", "initially", "originally", "founded"}

var hypeCues = []string{"exciting", "excited", "amazing", "great ", "huge", "innovative", "leading", "best ", "world", "vision", "mission", "passion", "vibrant", "revolution", "future of", "unique", "proud", "thrilled", "welcome", "imagine"}

var optionCues = []string{"option ", "yes:", "no:", "for:", "against:", "vote yes", "vote no", "vote for", "vote against", "yes -", "no -", "voting for", "a yes vote", "a no vote", "choose", "if you "}

var payCues = []string{"pay", "fund", "grant", "budget", "request", "allocat", "transfer", "send", "compensat", "cost", "reward", "distribut", "spend", "total", "mint", "swap", "ask", "reimburs", "salary", "stream", "contribut", "deposit", "invest", "buy", "release", "propos"}
