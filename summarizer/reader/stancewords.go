package reader

// The words of labels, in lower case, in the languages that voters use.

// acceptsByNo: a "no" that accepts.
var acceptsByNo = []string{"no objection", "no objections", "no concerns", "no concern", "no issue", "no problem", "no veto", "not against", "don't object", "do not object"}

// noOpinions: so many of abstains begin with "no" or may follow it.
const noOpinions = 7

var abstains = []string{"no opinion", "no preference", "abstain", "abstention", "abstaining", "abstained", "no vote", "neutral", "undecided", "not sure", "unsure", "don't know", "indifferent", "don't care", "présent", "me abstengo", "abstención", "abstenção", "m'abstiens", "abstient", "abstenir", "enthaltung", "enthalte", "astenuto", "je ne comprends pas", "弃权", "棄權", "中立", "기권", "воздерж", "棄権", "不知道", "blank vote", "blanc", "present"}

// keeps: words of the status quo, anywhere in a label.
var keeps = []string{"no change", "no changes", "status quo", "unchanged", "do nothing", "take no action", "no action", "nothing", "keep current", "keep the current", "keep existing", "keep as", "leave as", "leave it", "stay the same", "remain the same", "keep the same", "leave as is", "keep as is", "keep it as is", "keep as it is", "as now", "as they are now", "same as now", "none of the above", "none of these", "none", "neither", "not now", "not yet", "wait", "postpone", "delay", "discuss more", "more discussion", "more discussions", "more discussions needed", "further discussion", "further discussions", "discuss further", "needs more discussion", "back to the drawing board", "维持", "保持", "不变", "现状", "기존", "유지", "현행", "変更なし", "sin cambios", "ne rien faire", "statu quo", "ninguno", "ninguna"}

// elsewhere: choices that want another question.
var elsewhere = []string{"rework", "revise", "revisit", "other", "invalid question", "maybe", "reservations", "something else", "need more information", "amend", "it depends", "maybe with", "alternative"}

var keepStarts = []string{"keep", "maintain", "stay", "remain", "retain", "leave"}

var noStarts = []string{"no", "nah", "nok", "hate", "dislike", "i dislike", "i hate", "pass on", "nay", "against", "reject", "rejected", "rejecting", "oppose", "opposed", "disagree", "decline", "deny", "denied", "disapprove", "disapproval", "object", "i object", "veto", "do not", "don't", "dont", "not", "never", "nope", "do no", "0", "0%", "$0", "contra", "contre", "nein", "não", "nao", "i disagree", "i do not", "i don't", "i am against", "i oppose", "vote against", "vote no", "voting against", "we don't", "we do not", "we should not", "we shouldn't", "let's not", "stop", "en contra", "dagegen", "gegen", "je suis contre", "je vote contre", "unhappy", "fail", "нет", "против", "reprobar", "rechazar", "rechazo", "refuse", "pas", "sin", "not in favor", "不", "反对", "反對", "否", "拒绝", "反対", "いいえ", "반대", "아니", "비동의", "不同意", "不支持", "👎", "thumbs down", "nej", "hayır"}

var yesStarts = []string{"yes", "yea", "yay", "yae", "yeah", "yep", "yah", "aye", "love", "i love", "i like", "for", "approve", "approved", "approval", "accept", "accepted", "agree", "agreed", "support", "adopt", "endorse", "pass", "ratify", "ok", "okay", "sure", "in favor", "in favour", "favor", "favour", "i agree", "i approve", "i support", "i accept", "i am for", "i'm for", "i vote for", "vote for", "vote yes", "voting for", "we should", "we want", "let's", "lets", "do it", "go", "confirm", "enact", "proceed", "si", "sí", "oui", "ja", "sim", "pour", "je suis pour", "je vote pour", "a favor", "de acuerdo", "estoy de acuerdo", "apruebo", "aprobar", "dafür", "да", "за", "同意", "支持", "赞成", "贊成", "是", "好", "通过", "赞同", "賛成", "はい", "찬성", "동의", "네", "evet", "tak", "👍", "absolutely", "definitely", "certainly", "hell yes", "implement", "i want", "execute", "authorize", "authorise"}

var noWords = []string{"disagree", "nope", "nah", "reject", "against", "don't", "do not", "not", "oppose", "disapprove", "decline", "shouldn't", "never", "won't", "wouldn't", "contre", "反对", "不同意", "不支持", "반대", "拒绝"}

var yesWords = []string{"agree", "approve", "in favor", "in favour", "i support", "pour", "支持", "同意", "赞成", "찬성"}

var opposites = []struct{ one, other []string }{
	{[]string{"increas", "raise", "raising", "double", "boost", "expand"}, []string{"decreas", "reduc", "lower", "cut", "halve", "shrink"}},
	{[]string{"remov", "revok", "delist", "disabl", "stop", "end ", "cancel", "ban", "terminat", "discontinu", "dissolve", "sunset"}, []string{"keep", "maintain", "retain", "leave", "continue"}},
	{[]string{"add", "enabl", "list", "start", "activat", "unlock", "unpause", "open"}, []string{"remov", "disabl", "delist", "stop", "pause", "close"}},
	{[]string{"change", "replac", "renam", "migrat", "switch", "hide", "updat", "upgrad", "modif", "adjust"}, []string{"keep", "maintain", "retain", "stay", "leave", "remain"}},
}
