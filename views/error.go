package views

// ErrorPage says what happened, what is safe, and where to go on.
type ErrorPage struct {
	Shell     Shell
	Status    string // "404"
	Heading   string // "There is no such proposal"
	Text      string // one or two sentences
	Safe      string // "Nothing was changed."
	Actions   []Link
	RequestID string // "" = none
}
