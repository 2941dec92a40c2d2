package views

// SettingsPage shows the state of the machine: what is read from where, by
// which reader, at what cost, and what is stored.
type SettingsPage struct {
	Shell    Shell
	Heading  string // a finding: "Everything is read. One source does not answer."
	Lead     string
	Progress Progress
	Sources  []SourceRow
	Model    ModelState
	Scope    []Fact // spaces, interval
	Storage  []Fact
	About    []Fact   // version, commit, Go
	Config   []Fact   // settings in force, secrets masked
	Unset    []string // names of the settings that have no value
}

// SourceRow is the health of one source.
type SourceRow struct {
	Name  string
	OK    bool
	State string // a sentence: "Answers.", "Does not answer since …"
	Facts []TimedFact
	Error string // as it came, "" = none
}

// TimedFact is a name with an instant, or with Text where there is none.
type TimedFact struct {
	Name string
	When When
	Text string
}

// ModelState is the language model, or that there is none.
type ModelState struct {
	Title   string // "No model is set up. The built-in reader does the work."
	Text    string
	Facts   []Fact // name, host, calls, tokens, latency, cache hits, spend
	Spent   string // "$1.20 of $20.00 this month"; "" = no limit
	Width   string // of the meter, "6%"
	Warning string // why the built-in reader steps in at the moment
}

// Progress is how far reading and explaining have come (fragment #progress;
// GET /settings/progress; also sent by SSE, see live.js).
type Progress struct {
	Heading string // "Reading the sources"
	Status  string // "6,418 of about 15,600 proposals, 2 minutes left"
	Running bool   // the page listens for more
	Read    bool   // the sources are read; what is left is explaining
	Rows    []ProgressRow
	Notices []Notice // sources that do not answer
}

// ProgressRow is one bar.
type ProgressRow struct {
	Name  string // "Snapshot: 30 spaces", "Explained"
	Text  string // "3,214 of about 7,900"
	Width string // "41%"; "" = unknown, the bar is left out
	Aria  string // "41% done"
	Done  bool
	Fails bool
}
