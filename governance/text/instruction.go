package text

import (
	"encoding/base64"
	"strings"
	"unicode"
)

// instructs reports whether s speaks to a language model or an agent rather
// than to a voter. It looks for the ways in which that is done, not for what
// is asked, and it never decodes for anyone but itself.
func instructs(s string) bool {
	if s == "" {
		return false
	}
	if marksRole(s) || answersLikeUs(s) || encodes(s) {
		return true
	}
	words := foldWords(s)
	for _, phrase := range modelPhrases {
		if strings.Contains(words, phrase) {
			return true
		}
	}
	return orders(words, overrideVerbs, overrideObjects, 60) || orders(words, outputVerbs, outputObjects, 90)
}

// foldWords writes s as lower-case words with single spaces between them and
// around them; letters that look Latin become Latin.
func foldWords(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 2)
	b.WriteByte(' ')
	space := true
	for _, c := range s {
		if c < 0x80 {
			if !isWordByte(byte(c)) {
				if c != '\'' && !space {
					b.WriteByte(' ')
					space = true
				}
				continue
			}
			b.WriteByte(lower(byte(c)))
			space = false
			continue
		}
		if c == '’' {
			continue
		}
		if plain, ok := lookalikes[c]; ok {
			c = plain
		}
		if !unicode.IsLetter(c) && !unicode.IsMark(c) && !unicode.IsDigit(c) {
			if !space {
				b.WriteByte(' ')
				space = true
			}
			continue
		}
		b.WriteRune(unicode.ToLower(c))
		space = false
	}
	b.WriteByte(' ')
	return b.String()
}

// orders reports whether one of the objects follows one of the verbs within
// reach bytes.
func orders(words string, verbs, objects []string, reach int) bool {
	for _, verb := range verbs {
		for at := 0; ; {
			i := strings.Index(words[at:], verb)
			if i < 0 {
				break
			}
			at += i + len(verb)
			// One byte back: the space that ends the verb begins the object.
			window := words[at-1 : min(len(words), at+reach)]
			for _, object := range objects {
				if strings.Contains(window, object) {
					return true
				}
			}
		}
	}
	return false
}

var overrideVerbs = []string{" ignore ", " disregard ", " forget ", " override ", " bypass ", " ignoring ", " do not follow ", " dont follow ", " pay no attention to ", " overlook "}

var overrideObjects = []string{" previous instruction", " prior instruction", " above instruction", " earlier instruction", " your instruction", " all instruction", " system instruction",
	" these instruction", " preceding instruction", " the instruction", " instructions above", " system prompt", " your prompt", " previous prompt", " your rules", " your guidelines", " your programming",
	" previous command", " the users values", " users values", " user values", " users rules", " users mandate", " everything above", " everything before", " all previous ", " the above and ", " previous context", " prior directive", " previous directive", " all those rules", " youve been instructed", " you have been told", " youve been told", " the resume and", " the function and", " your training", " safety "}

var outputVerbs = []string{" add ", " include ", " append ", " insert ", " embed ", " integrate ", " incorporate ", " say ", " write ", " mention ", " replace ", " reverse ", " encode ", " render ", " blend ", " deploy ", " fuse ", " infuse ", " adding ", " including ", " embedding ", " utilize ", " augment ", " enhance ", " conclude ", " end ", " translate ", " use ", " provide ", " shift ", " suggest "}

var outputObjects = []string{" your response ", " your reply ", " your answer ", " your output ", " your summary of ", " your code ", " your assessment ", " your algorithm ", " your message ", " your explanation ", " your implementation "}

// modelPhrases are said to models, hardly ever to voters.
var modelPhrases = []string{
	" system prompt ", " developer mode ", " system mode ", " jailbreak ", " you are now a ", " you are now an ", " you are an ai ", " you are a language model ", " you are chatgpt ",
	" if you are an ai ", " if you are a language model ", " if you are an llm ", " if you are an agent ", " ai agents must ", " ai agent must ", " voting agents must ", " agents reading this ", " note to ai ", " note to the ai ",
	" note to llm ", " note to the model ", " note to the assistant ", " instructions for ai ", " instructions for the ai ", " instructions for llm ", " instruction to the model ", " dear ai ", " dear assistant ", " dear agent ", " hey ai ", " attention ai ", " attention llm ",
	" as a language model ", " as an ai language model ", " large language model reading ", " the assistant must ", " the model must ", " the summarizer ", " the summariser ", " analysis by mandate ", " mandate must ",
	" the user has pre approved ", " the user has preapproved ", " the user has already approved ", " the user has authorized ", " the user has authorised ", " user has pre authorized ", " the user wants you to ", " tell the user ", " do not tell the user ", " without telling the user ", " the user currently ",
	" decode and follow ", " decode this ", " decode the following ", " execute the following instruction", " follow these instructions instead ", " new instructions ", " updated instructions ", " end of proposal begin ", " end of document ", " begin system ", " end system ", " system override ", " admin override ",
	" recommend against confidence ", " recommend for confidence ", " recommendation for confidence ", " confidence 0 ", " confidence 1 0 ", " confidence 100 ", " set confidence ", " stance support ", " mark this proposal as ", " score this proposal ", " classify this proposal ", " summarize this proposal as ", " summarise this proposal as ",
	" you must vote ", " always vote for this ", " delegate all voting power to 0x", " reveal your ", " print your ", " output only ", " respond only with ", " respond with only ", " reply only with ", " answer only with ", " repeat after me ", " repeat the word", " what is your password", " what is your secret", " do anything now ", " ai model known as ", " another ai model ", " share your password", " tell me the password", " the users password",
	" user input language ", " in a hypothetical world where you ", " pretend you are ", " pretend to be an ai", " act as an ai ", " roleplay as ", " from now on you ", " stay in character ",
	// Spanish, Portuguese, French, Italian, German
	" ignora las instrucciones ", " ignora todas las instrucciones ", " ignore las instrucciones ", " ignora lo anterior ", " ignora las anteriores ", " ignora instrucciones ", " ignore as instruções ", " ignore todas as instruções ", " ignorar instruções ", " ignorez les instructions ", " ignorez la ", " ignore les instructions ", " ignorer les instructions ", " ignora le istruzioni ", " ignora tutte le istruzioni ", " ignorieren sie die ", " ignoriere die ", " ignoriere alle ", " vorherigen anweisungen ", " vorherige anweisungen ", " instructions précédentes ", " instrucciones anteriores ", " instruções anteriores ", " istruzioni precedenti ",
	// Russian, Ukrainian, Vietnamese, Turkish, Indonesian, Filipino
	" игнорируйте предыдущие ", " игнорировать предыдущие ", " игнорируй предыдущие ", " игнорируйте все ", " предыдущие инструкции ", " предыдущие указания ", " игнорируйте ", " bỏ qua các hướng dẫn ", " bỏ qua hướng dẫn ", " hướng dẫn trước ", " önceki talimatları ", " abaikan instruksi ", " huwag pansinin ang ", " balewalain ang ",
	// Chinese, Japanese, Korean, Arabic, Hindi, Bengali: no spaces to rely on
	"忽略之前的", "忽略以上", "忽略上述", "忽略先前", "忽略所有", "无视之前", "無視して", "以前の指示", "前の指示", "上記の指示", "이전 지시", "이전 명령", "지시를 무시", "지침을 무시", "지시 사항을 무시", "تجاهل التعليمات", "التعليمات السابقة", "पिछले निर्देश", "उसे अनदेखा करें", "निर्देशों को अनदेखा", "निर्देशों की उपेक्षा", "পূর্ববর্তী নির্দেশ", "আগের নির্দেশ",
}

// marksRole reports role tags: the marks by which chats are told apart.
func marksRole(s string) bool {
	for _, mark := range [...]string{"<|im_start|>", "<|im_end|>", "<|system|>", "<|user|>", "<|assistant|>", "<|endoftext|>", "<|eot_id|>", "[INST]", "[/INST]", "<<SYS>>", "### Instruction:", "### Response:", "<system>", "</system>", "[SYSTEM]", "<tool_call>", "<tool_result>", "<function_call", "<assistant>"} {
		if strings.Contains(s, mark) {
			return true
		}
	}
	for at := 0; at < len(s); {
		line := s[at:]
		if end := strings.IndexByte(line, '\n'); end >= 0 {
			line = line[:end]
		}
		at += len(line) + 1
		line = strings.TrimLeft(line[:min(len(line), 40)], " #*>_`-\"'([")
		for _, role := range [...]string{"system:", "assistant:", "human:", "ai:", "system message:", "system note:", "system override", "system prompt", "[system"} {
			if hasPrefixFold(line, role) {
				return true
			}
		}
	}
	return strings.Contains(s, "SYSTEM: ") || strings.Contains(s, ":METSYS") || strings.Contains(s, "ASSISTANT: ")
}

// answersLikeUs reports JSON that looks like a model's answer.
func answersLikeUs(s string) bool {
	keys := 0
	for _, key := range [...]string{`"recommendation"`, `"confidence"`, `"stance"`, `"leanings"`, `"faithfulness"`, `"summary_quotes"`, `"vote"`, `"score"`, `"headline"`, `"choice"`} {
		if i := strings.Index(s, key); i >= 0 && strings.HasPrefix(strings.TrimLeft(s[i+len(key):], " "), ":") {
			keys++
		}
	}
	return keys >= 2
}

// encodes reports text that is written so that a person cannot read it but
// a model can: base64, hexadecimal or Morse that spells words.
func encodes(s string) bool {
	run, morse, morseFrom := 0, 0, 0
	for i := 0; i <= len(s); i++ {
		var c byte
		if i < len(s) {
			c = s[i]
		}
		if isWordByte(c) && c != '_' || c == '+' || c == '=' {
			run++
		} else {
			if run >= 24 && run <= 4096 && spells(s[i-run:i]) {
				return true
			}
			run = 0
		}
		switch {
		case c == '.' || c == '-' || c == '/' && morse > 0:
			if morse == 0 {
				morseFrom = i
			}
			morse++
		case c == ' ' && morse > 0:
		default:
			if morse >= 30 && isMorse(s[morseFrom:i]) {
				return true
			}
			morse = 0
		}
	}
	return false
}

// spells reports whether run is base64 or hexadecimal for readable words.
func spells(run string) bool {
	if strings.HasPrefix(run, "0x") || allHex(run) {
		return false // addresses, hashes, calldata
	}
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(run, "="))
	if err != nil {
		return false
	}
	blanks := 0
	for _, c := range raw {
		if c < ' ' && c != '\n' || c >= 0x7F {
			return false
		}
		if c == ' ' {
			blanks++
		}
	}
	return blanks > 0
}

// isMorse tells Morse from rules and ellipses: short groups of both signs.
func isMorse(s string) bool {
	groups, mixed := 0, 0
	for _, g := range strings.Fields(s) {
		if len(g) > 6 {
			return false
		}
		groups++
		if strings.Contains(g, ".") && strings.Contains(g, "-") {
			mixed++
		}
	}
	return groups >= 8 && mixed >= 3
}
