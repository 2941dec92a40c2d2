package governance

// Dimension is one axis of value. A leaning on it, -2…2, says where the DAO
// moves if the supporting side wins.
type Dimension struct {
	Key   string // stable; used in JSON
	Name  string // for people
	Minus string // what -2 means
	Plus  string // what +2 means
}

// Dimensions returns the axes used by reader, prompt and pages alike.
func Dimensions() []Dimension {
	return []Dimension{
		{"treasury_prudence", "Treasury prudence", "spends or risks the treasury more freely", "saves, secures or limits what the treasury spends"},
		{"growth_spending", "Growth spending", "cuts money for growth and marketing", "pays for growth, incentives and marketing"},
		{"decentralisation", "Decentralisation", "concentrates power in few hands", "spreads power among many hands"},
		{"security_caution", "Security and caution", "takes technical or financial risk", "reviews, audits, limits or delays to stay secure"},
		{"token_holder_value", "Token holder value", "dilutes or burdens token holders", "returns value to token holders"},
		{"contributor_pay", "Contributor pay", "pays contributors less", "pays contributors, teams or delegates more"},
		{"public_goods", "Public goods", "cuts support for public goods", "funds public goods and open source"},
		{"transparency", "Transparency", "reports and discloses less", "reports, discloses and accounts for more"},
		{"user_protection", "User protection", "puts users' funds or rights at risk", "protects or compensates users"},
		{"privacy", "Privacy", "collects or reveals more about people", "protects people's privacy"},
		{"openness_to_change", "Openness to change", "keeps or restores what is there", "changes how things are done"},
		{"partnerships", "Partnerships", "ends or avoids ties with other organisations", "builds ties with other organisations"},
	}
}

// IsDimension reports whether key names a dimension.
func IsDimension(key string) bool {
	for _, d := range Dimensions() {
		if d.Key == key {
			return true
		}
	}
	return false
}
