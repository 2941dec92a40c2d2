package views

import (
	"context"
	"encoding/json"
	"io"

	"github.com/a-h/templ"

	"mandate/static"
)

// Section is an entry of the navigation.
type Section string

// The sections, in the order of the navigation.
const (
	SectionInbox       Section = "inbox"
	SectionProposals   Section = "proposals"
	SectionDelegations Section = "delegations"
	SectionVotes       Section = "votes"
	SectionDAOs        Section = "daos"
	SectionValues      Section = "values"
	SectionSettings    Section = "settings"
	SectionAccount     Section = "account" // the masthead's link and the phone's tab
)

// Shell is what every page has around it. The nonce of the content security
// policy comes from the context (templ.WithNonce).
type Shell struct {
	Title    string  // of the window, without the program's name
	Active   Section // "" on error pages
	Demo     bool    // the invented world: said on every page
	Practice bool    // the demo's practice wallet is in this page
	DemoNote string  // replaces "Practice world: invented DAOs and proposals"
	Account  string  // signed in as "0x71C4…9bE2", "" = nobody
	NeedsYou string  // number beside Inbox, "" = nothing
	Now      string  // "Tuesday 14 July 2026, 09:12 UTC"
	Sync     SyncLine
	Reader   string   // "Built-in reader, no model"
	Wide     bool     // dense pages use more width
	Notices  []Notice // above the page: flash messages, sources that fail
	Assets   Assets
}

// SyncLine is the state of reading in one line.
type SyncLine struct {
	OK   bool   // false: a source does not answer
	Text string // "Synced 40 s ago", "1 source does not answer", "Reading: 6,418 proposals so far"
}

// Assets are the hashed addresses of the static files that pages load.
type Assets struct {
	CSS, Icon, Theme, HTMX, HxCSP, Keys, Live, Values string

	// Modules are our scripts by bare name. The import map of each page holds
	// them: import … from "wallet" gets the hashed address.
	Modules map[string]string
}

// Module is the address of one of our scripts by its bare name.
func (a Assets) Module(name string) string { return a.Modules[name] }

// importMap tells the browser where our modules are. JSON as Go writes it
// escapes what could end the element.
func importMap(modules map[string]string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		list, err := json.Marshal(map[string]map[string]string{"imports": modules})
		if err != nil {
			return err
		}
		_, err = io.WriteString(w, `<script nonce="`+templ.EscapeString(templ.GetNonce(ctx))+`" type="importmap">`+string(list)+`</script>`)
		return err
	})
}

// AssetsOf looks the addresses up, once for all pages.
func AssetsOf(s *static.Set) Assets {
	return Assets{
		CSS: s.URL("css/mandate.css"), Icon: s.URL("img/mark.svg"), Theme: s.URL("js/theme.js"),
		HTMX: s.URL("vendor/htmx/htmx.min.js"), HxCSP: s.URL("vendor/htmx/hx-csp.min.js"),
		Keys: s.URL("js/keys.js"), Live: s.URL("js/live.js"), Values: s.URL("js/values.js"),
		Modules: s.Modules(),
	}
}
