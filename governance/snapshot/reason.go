package snapshot

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"mandate/governance"
)

// verdict is what a reason of the sequencer means for us.
type verdict struct {
	code governance.Code
	text string
}

// reasons are the sequencer's own words (its writers and ingestor, both
// generations), in lower case, and ours. Only ours are shown.
func reasons() map[string]verdict {
	return map[string]verdict{
		// The message.
		"wrong envelope format":              {governance.Invalid, "The Snapshot sequencer does not accept the form of this message."},
		"too large message":                  {governance.Invalid, "The message is too large for Snapshot: it may have 100,000 characters."},
		"wrong timestamp":                    {governance.Invalid, "The message was signed too long ago, or by a clock that is ahead. Prepare and sign it again."},
		"proposal cannot contain whitespace": {governance.Invalid, "The proposal's id has a space in it."},
		"wrong domain":                       {governance.Invalid, "The message was signed for something other than Snapshot."},
		"wrong types":                        {governance.Invalid, "The Snapshot sequencer does not know this kind of message."},
		"signature validation failed":        {governance.Invalid, "The Snapshot sequencer finds the signature wrong. A contract wallet must be on the chain that the space names."},
		"too large metadata":                 {governance.Invalid, "The vote's metadata is too large for Snapshot."},
		"invalid space id":                   {governance.Invalid, "Snapshot does not accept the space's id."},
		"unknown space":                      {governance.Invalid, "Snapshot does not know this space; it may have been deleted."},
		// Keys that speak for an account.
		"wrong alias": {governance.Denied, "This key may not speak for the account: it was never authorised, was revoked, or has expired."},
		"alias cannot be the same as the address":    {governance.Invalid, "A key cannot be the account itself."},
		"alias is already linked to another address": {governance.Conflict, "This key already speaks for another account."},
		"alias does not exist":                       {governance.Conflict, "This key is not authorised any more, so there is nothing to revoke."},
		// Votes.
		"unknown proposal":                         {governance.Invalid, "The proposal is not at Snapshot any more."},
		"invalid choice":                           {governance.Invalid, "Snapshot does not accept this choice for this proposal. It may have been edited."},
		"wrong vote format":                        {governance.Invalid, "The Snapshot sequencer does not accept the form of this vote."},
		"not in voting window":                     {governance.Conflict, "Voting on this proposal has not begun, or has ended."},
		"reason not allowed with shutter":          {governance.Invalid, "A shielded vote cannot carry a reason."},
		"failed vote validation":                   {governance.Denied, "This space lets only some accounts vote, by a rule beside voting power, and this account does not meet it."},
		"no voting power":                          {governance.Denied, "Snapshot counts no voting power of this account for this proposal."},
		"already voted at later time":              {governance.Conflict, "Snapshot already has a vote of this account that was signed later; it stands."},
		"already voted same time with lower index": {governance.Upstream, "Snapshot has a vote of this account signed in the same second; which one stands is read from Snapshot."},
		"failed to check vote validation":          {governance.Upstream, "Snapshot could not check whether this account may vote."},
		"failed to check voting power":             {governance.Upstream, "Snapshot could not count this account's voting power."},
		"pinning failed":                           {governance.Upstream, "Snapshot could not store the message on IPFS."},
		"update in progress, try later":            {governance.Upstream, "The Snapshot sequencer is being updated."},
		"request already being processed":          {governance.Upstream, "The Snapshot sequencer is still at work on this very message."},
		"unauthorized":                             {governance.Denied, "The Snapshot sequencer refuses this client or this account."},
		// Other messages of an account.
		"you are already following this space":     {governance.Conflict, "The account follows this space already."},
		"you can only unfollow a space you follow": {governance.Conflict, "The account does not follow this space."},
		"wrong statement format":                   {governance.Invalid, "The Snapshot sequencer does not accept the form of this statement."},
		"wrong profile format":                     {governance.Invalid, "The Snapshot sequencer does not accept the form of this profile."},
		"wrong alias format":                       {governance.Invalid, "The Snapshot sequencer does not accept the form of this authorisation."},
		"wrong proposal format":                    {governance.Invalid, "The Snapshot sequencer does not accept the form of this proposal."},
		"not authorized to archive proposal":       {governance.Denied, "This account may not delete this proposal."},
		"not authorized to flag proposal":          {governance.Denied, "This account may not flag this proposal."},
		"proposal already flagged":                 {governance.Conflict, "The proposal is flagged already."},
		"proposal already started":                 {governance.Conflict, "Voting on the proposal has begun, so it cannot be edited."},
		"not the author":                           {governance.Denied, "Only the author may do this."},
		"wrong choices for basic type voting":      {governance.Invalid, "A basic vote has two or three choices."},
		"invalid voting delay":                     {governance.Invalid, "The space sets another delay before voting."},
		"invalid voting period":                    {governance.Invalid, "The space sets another voting period."},
		"invalid voting type":                      {governance.Invalid, "The space sets another type of voting."},
		"not allowed to set privacy":               {governance.Invalid, "The space does not let authors choose whether votes are shielded."},
		"only space authors can propose":           {governance.Denied, "Only authors of the space may propose."},
		"validation failed":                        {governance.Denied, "This account does not meet the space's rule for proposals."},
		"proposal limit reached":                   {governance.Denied, "The space has as many proposals as it may have."},
		"space hibernated":                         {governance.Denied, "The space is hibernated at Snapshot."},
		"space is using a non-premium network":     {governance.Denied, "Snapshot does not serve the space's chain without a paid plan."},
	}
}

// prefixes are reasons that end in a name, a number or a cause of theirs.
func prefixes() []struct {
	begin string
	verdict
} {
	type entry = struct {
		begin string
		verdict
	}
	return []entry{
		{"alias not allowed for the type", verdict{governance.Denied, "A key that speaks for an account may not send this kind of message."}},
		{"update in progress", verdict{governance.Upstream, "The Snapshot sequencer is being updated."}},
		{"failed to check", verdict{governance.Upstream, "Snapshot could not check the message."}},
		{"you can join max", verdict{governance.Denied, "The account follows as many spaces as Snapshot allows."}},
		{"network ", verdict{governance.Invalid, "Snapshot does not accept this chain here."}},
		{"invalid space settings", verdict{governance.Invalid, "Snapshot does not accept these settings of a space."}},
		{"proposal body length can not exceed", verdict{governance.Invalid, "The proposal's text is too long for Snapshot."}},
		{"number of choices can not exceed", verdict{governance.Invalid, "The proposal has too many choices for Snapshot."}},
	}
}

// refusal turns a refusal into an error: by its reason, else by its status.
func (s *service) refusal(r response, reason string) error {
	v := judgeReason(strings.ToLower(strings.TrimSpace(reason)))
	switch {
	case v.code != "":
	case r.status == http.StatusTooEarly, r.status == http.StatusRequestTimeout, r.status == http.StatusServiceUnavailable:
		v = verdict{governance.Upstream, "The Snapshot sequencer is busy."}
	case r.status >= 500:
		v = verdict{governance.Upstream, "The Snapshot sequencer failed inside (HTTP " + strconv.Itoa(r.status) + ")."}
	case r.status == http.StatusUnauthorized || r.status == http.StatusForbidden:
		v = verdict{governance.Denied, "The Snapshot sequencer refuses this client or this account."}
	case r.status == http.StatusRequestEntityTooLarge:
		v = verdict{governance.Invalid, "The message is too large for Snapshot."}
	default:
		v = verdict{governance.Invalid, "The Snapshot sequencer refused the message for a reason that Mandate does not know. The log has it."}
	}
	return &governance.Error{Code: v.code, Message: v.text, Cause: saidBy(s, reason)}
}

func judgeReason(reason string) verdict {
	if v, ok := reasons()[reason]; ok {
		return v
	}
	for _, p := range prefixes() {
		if strings.HasPrefix(reason, p.begin) {
			return p.verdict
		}
	}
	return verdict{}
}

// saidBy is a cause for the log: the other side's words, quoted and short.
func saidBy(s *service, reason string) error {
	if reason == "" {
		return nil
	}
	return errors.New(s.name + " said " + strconv.QuoteToASCII(clipText(reason, 200)))
}
