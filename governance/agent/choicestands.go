package agent

import (
	"encoding/json"
	"reflect"

	"mandate/governance"
)

// choiceStands reports whether the hub shows the choice that was signed: as it
// was chosen, or, while it is shielded, as it stands in the message. Where the
// chosen one is sealed under a lost secret, an opened choice stands: nothing
// here can contradict it, and the vote's id is the digest that was signed.
func choiceStands(v *governance.Vote, i *governance.Intent) bool {
	var p struct {
		Typed struct {
			Message struct {
				Choice json.RawMessage `json:"choice"`
			} `json:"message"`
		} `json:"typed_data"`
	}
	_ = json.Unmarshal(i.Payload, &p) // without it the choice itself decides
	shown, chosen := choiceValue(v.Choice), choiceValue(i.Choice)
	if _, closed := shown.(string); chosen == nil && !closed {
		return true
	}
	return shown == nil || reflect.DeepEqual(shown, chosen) || reflect.DeepEqual(shown, choiceValue(p.Typed.Message.Choice))
}

// choiceValue reads a choice, also where it is JSON in a text; nil = unreadable.
func choiceValue(raw json.RawMessage) (value any) {
	if json.Unmarshal(raw, &value) != nil {
		return nil
	}
	if text, ok := value.(string); ok {
		var inner any
		if json.Unmarshal([]byte(text), &inner) == nil {
			return inner
		}
	}
	return value
}
