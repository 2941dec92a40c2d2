package text

// instructs reports whether s speaks to a language model.
func instructs(s string) bool { return false }
