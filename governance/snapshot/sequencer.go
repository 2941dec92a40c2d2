package snapshot

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"mandate/governance"
)

// The services of snapshot.box beside its hub.
const (
	PublicSequencer = "https://seq.snapshot.org"
	PublicRelayer   = "https://relayer.snapshot.org"
	PublicScore     = "https://score.snapshot.org"
)

// SequencerConfig says where signed messages go and where power is checked.
// Zero values are the defaults in brackets.
type SequencerConfig struct {
	SequencerURL string // [PublicSequencer]
	RelayerURL   string // for messages that a Safe signs on chain [PublicRelayer]
	ScoreURL     string // [PublicScore]
	APIKey       string // of the score API, "" = none
	// Client gives the transport to use; its redirects and timeout are
	// replaced [http.DefaultClient].
	Client  *http.Client
	Now     func() time.Time // [time.Now]
	Log     *slog.Logger     // [none]
	Timeout time.Duration    // of one attempt, the answer included [60 s]
}

// Sequencer hands signed messages to one Snapshot sequencer and asks the
// services beside it. Nothing is tried twice here: whoever calls keeps the
// bytes and decides. It is safe for concurrent use.
type Sequencer struct {
	sequencer, relayer, score *service
	now                       func() time.Time
	log                       *slog.Logger

	mu     sync.Mutex
	signer string    // who signs receipts, EIP-55, as the sequencer says
	asked  time.Time // when it said so
}

// NewSequencer checks the settings. It returns Invalid errors.
func NewSequencer(c SequencerConfig) (*Sequencer, error) {
	s := &Sequencer{now: c.Now, log: c.Log}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if c.Timeout <= 0 {
		c.Timeout = time.Minute
	}
	client := noRedirects(baseTransport(c.Client))
	for _, part := range []struct {
		to                           **service
		name, setting, url, fallback string
	}{
		{&s.sequencer, "The Snapshot sequencer", "MANDATE_SNAPSHOT_SEQUENCER_URL", c.SequencerURL, PublicSequencer},
		{&s.relayer, "The Safe relayer", "MANDATE_SNAPSHOT_RELAYER_URL", c.RelayerURL, PublicRelayer},
		{&s.score, "Snapshot's score service", "MANDATE_SNAPSHOT_SCORE_URL", c.ScoreURL, PublicScore},
	} {
		if part.url == "" {
			part.url = part.fallback
		}
		if !isWeb(part.url) {
			return nil, governance.Errorf(governance.Invalid, "%s must be an http or https URL such as %s.", part.setting, part.fallback)
		}
		*part.to = &service{name: part.name, setting: part.setting, url: strings.TrimRight(part.url, "/") + "/", client: client, timeout: c.Timeout, now: s.now}
	}
	s.score.key = c.APIKey
	return s, nil
}

// Send hands over a signed message, byte for byte, once. digest is the
// message's EIP-712 digest, 0x and 64 lower-case hex digits. That the message
// is stored already counts as success.
//
// Upstream means that the same bytes may be sent again, Limited likewise after
// WaitOf; Conflict that another vote or the calendar came first, Denied that
// this account may not, Invalid that the message can never be accepted. The
// context's errors are returned too.
func (s *Sequencer) Send(ctx context.Context, envelope []byte, digest string) (governance.Receipt, error) {
	r, err := s.sequencer.post(ctx, "", envelope)
	if err != nil {
		return governance.Receipt{}, err
	}
	a, err := parseAnswer(r)
	switch {
	case err != nil:
		return governance.Receipt{}, err
	case strings.EqualFold(a.reason, "duplicate message"):
		return governance.Receipt{ID: digest, Note: "stored before", At: s.now()}, nil
	case a.refused || r.status >= 300:
		return governance.Receipt{}, s.sequencer.refusal(r, a.reason)
	case a.id == "":
		return governance.Receipt{}, s.sequencer.trouble(nil, "answered without a receipt")
	case !strings.EqualFold(a.id, digest):
		return governance.Receipt{}, governance.Errorf(governance.Conflict, "The Snapshot sequencer answered for another message. What was sent is kept; look at Snapshot whether it is there.")
	}
	receipt := governance.Receipt{ID: digest, IPFS: a.ipfs, Relayer: a.relayer, Signature: a.receipt, At: s.now()}
	receipt.Verified, receipt.Note = s.verify(ctx, envelope, &receipt)
	return receipt, nil
}

// reply is what matters of a sequencer's answer. All of it is the other side's
// text: bounded, and never shown as it is.
type reply struct {
	id, ipfs, relayer, receipt string
	refused                    bool
	reason                     string
}

// parseAnswer reads what the sequencer says, in either of its shapes. A reason
// that is no text (it answers {} for its own faults) is "".
func parseAnswer(r response) (reply, error) {
	var a reply
	if !members(r.body, func(key string, v field) { a.member(key, v) }) || !json.Valid(r.body) {
		return reply{}, r.from.trouble(nil, "answered with something that is not JSON (HTTP %d)", r.status)
	}
	if len(a.ipfs) > 100 {
		a.ipfs = ""
	}
	return a, nil
}

func (a *reply) member(key string, v field) {
	switch key {
	case "id":
		a.id = v.text()
	case "ipfs":
		a.ipfs = v.text()
	case "relayer":
		members(v, func(key string, v field) {
			switch key {
			case "address":
				a.relayer = v.text()
			case "receipt":
				a.receipt = v.text()
			}
		})
	case "error":
		a.refused = !v.null()
	case "error_description":
		a.reason = strings.TrimSpace(v.text())
	}
}

// Clock returns the sequencer's time: the Date of an answer, half of the round
// trip later. Date has whole seconds, so the true time is up to one second
// ahead of it, never behind.
func (s *Sequencer) Clock(ctx context.Context) (time.Time, error) {
	begin := s.now()
	r, err := s.sequencer.get(ctx, "")
	if err != nil {
		return time.Time{}, err
	}
	at, err := http.ParseTime(r.header.Get("Date"))
	if err != nil {
		return time.Time{}, s.sequencer.trouble(err, "does not say what time it has")
	}
	s.learn(ctx, r)
	return at.Add(max(0, s.now().Sub(begin)) / 2).UTC(), nil
}
