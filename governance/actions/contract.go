package actions

import (
	"embed"
	"fmt"
	"strings"
	"sync"

	"mandate/governance"
)

// The tables of functions: one a line, written as
//
//	signature ~ effect key=value … & effect … > nested key=value … = sentence
//
// Values are names of arguments ("calls[].target" walks lists and tuples), @
// for the contract that is called, or 'literal. contracts/README says more.
//
//go:embed contracts/*.txt
var tables embed.FS

// function is one known function of some contract.
type function struct {
	name      string
	fields    []abiField
	signature string // canonical
	effects   []effectSpec
	nested    *nestSpec
	sentence  string // "" = by its first effect
}

// effectSpec says which arguments make an effect.
type effectSpec struct {
	kind   governance.EffectKind
	values map[string]ref
}

// nestSpec says which arguments are calls that the contract makes in turn.
type nestSpec struct {
	target, value, data, sig, op, chain ref
	form                                string // "", "multisend", "packet", "either"
	as                                  string // who makes them: "" = the contract called, "caller", "none"
	delegate                            bool   // their code runs as the contract called
	optional                            bool   // there is no call where the data is empty
}

// registry finds functions by selector.
type registry struct {
	functions map[selector][]*function
	roles     map[string]string // keccak256 of the name → name
	packets   []*function       // messages without a selector that a bridge's receiver takes
	ticket    *function         // what Arbitrum's L1 timelock makes a retryable ticket of
}

// builtIn is the embedded registry. A fault in it is a fault of the build: a
// test reads every line.
var builtIn = sync.OnceValue(func() *registry { //nolint:gochecknoglobals // read once, never written
	r, err := readRegistry()
	if err != nil {
		panic(err)
	}
	return r
})

func readRegistry() (*registry, error) {
	r := &registry{functions: map[selector][]*function{}, roles: rolesByHash()}
	files, err := tables.ReadDir("contracts")
	if err != nil {
		return nil, fmt.Errorf("the tables of functions: %w", err)
	}
	for _, file := range files {
		text, err := tables.ReadFile("contracts/" + file.Name())
		if err != nil {
			return nil, fmt.Errorf("the table %s: %w", file.Name(), err)
		}
		for n, line := range strings.Split(string(text), "\n") {
			if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
				continue
			}
			if err := r.add(line); err != nil {
				return nil, fmt.Errorf("%s line %d: %w", file.Name(), n+1, err)
			}
		}
	}
	return r, r.addForms()
}

func (r *registry) add(line string) error {
	f, err := parseFunction(line)
	if err != nil {
		return err
	}
	sel := selectorOf(f.signature)
	for _, other := range r.functions[sel] {
		if other.signature == f.signature {
			return fmt.Errorf("%s is in the tables twice", f.signature)
		}
	}
	r.functions[sel] = append(r.functions[sel], f)
	return nil
}

func parseFunction(line string) (*function, error) {
	rest, sentence, _ := strings.Cut(line, " = ")
	rest, nested, _ := strings.Cut(rest, " > ")
	head, effects, _ := strings.Cut(rest, " ~ ")
	name, fields, err := parseSignature(strings.TrimSpace(head))
	if err != nil || name == "" {
		return nil, fmt.Errorf("%q: %w", head, errSignature)
	}
	f := &function{name: name, fields: fields, signature: canonical(name, fields), sentence: sentence}
	for _, part := range strings.Split(effects, " & ") {
		if part = strings.TrimSpace(part); part != "" {
			spec, err := parseEffect(fields, part)
			if err != nil {
				return nil, err
			}
			f.effects = append(f.effects, spec)
		}
	}
	if nested != "" {
		if f.nested, err = parseNested(fields, nested); err != nil {
			return nil, err
		}
	}
	return f, f.checkSentence()
}

func parseEffect(fields []abiField, part string) (effectSpec, error) {
	words := strings.Fields(part)
	spec := effectSpec{kind: governance.EffectKind(words[0]), values: map[string]ref{}}
	for _, word := range words[1:] {
		key, text, _ := strings.Cut(word, "=")
		v, err := parseRef(fields, text)
		if err != nil {
			return spec, err
		}
		spec.values[key] = v
	}
	return spec, nil
}

func parseNested(fields []abiField, part string) (*nestSpec, error) {
	n := &nestSpec{target: ref{kind: refSelf}}
	places := map[string]*ref{"target": &n.target, "value": &n.value, "data": &n.data, "sig": &n.sig, "op": &n.op, "chain": &n.chain}
	for _, word := range strings.Fields(part) {
		key, text, _ := strings.Cut(word, "=")
		switch key {
		case "form":
			n.form = text
		case "as":
			n.as = text
		case "delegate":
			n.delegate = true
		case "optional":
			n.optional = true
		default:
			place := places[key]
			if place == nil {
				return nil, fmt.Errorf("%q is no part of a nested call", word)
			}
			v, err := parseRef(fields, text)
			if err != nil {
				return nil, err
			}
			*place = v
		}
	}
	return n, nil
}
