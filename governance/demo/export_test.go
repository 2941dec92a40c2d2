package demo

// Checksum gives the tests the package's own EIP-55 writing.
func Checksum(address string) string { return checksum(address[2:]) }

// TypesJSON, HashID and KnownTypes give the tests the sequencer's own writing.
func TypesJSON(primary, fields string) string { return typesJSON(primary, fields) }

// HashID makes a proposal's id.
func HashID(seed string) string { return hashID(seed) }

// KnownTypes is the sequencer's allow-list.
func KnownTypes() map[string]string { return knownTypes() }

// Stringify reads JSON and writes it as the sequencer hashes it.
func Stringify(raw []byte) (string, error) {
	v, err := parseJS(raw)
	return stringify(v), err
}

// ParseEnvelope says what the schema says.
func ParseEnvelope(raw []byte) error {
	e, err := parseEnvelope(raw)
	if err == nil && e.hash() == nil {
		recoverSigner(e.digest, []byte(e.sig))
	}
	return err
}
