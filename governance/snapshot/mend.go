package snapshot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"mandate/governance"
)

// maxAlone bounds how many rows of one page are asked for one by one.
const maxAlone = 60

// mend completes a page of which the hub left rows out (older generation: null
// rows) or that it refused as a whole (newer generation: no data at all). The
// known cause is a row whose plugins are null. So the page is read again
// without plugins, and the plugins apart, of those rows that have any: a row
// must get the same content whichever way it was read, or it would look edited.
// What is still missing is asked for alone. It returns errRows if the page
// cannot be read without plugins either.
func (r *reader) mend(ctx context.Context, sel selection, first int, have page) (page, error) {
	lean, err := r.ask(ctx, sel, first, false)
	if err != nil {
		return page{}, err
	}
	plugins, err := r.pluginsOf(ctx, sel, first)
	if err != nil {
		return page{}, err
	}
	out := page{rows: have.rows, names: lean.names, border: lean.border, skipped: lean.skipped}
	alone := out.complete(lean.rows, plugins)
	if len(alone)+len(lean.nulls) > maxAlone {
		return page{}, upstream(nil, "The Snapshot hub leaves too many proposals out of its lists.")
	}
	for _, p := range alone {
		if err := r.byID(ctx, p, &out); err != nil {
			return page{}, err
		}
	}
	for _, i := range lean.nulls {
		if err := r.byPlace(ctx, sel, i, &out); err != nil {
			return page{}, err
		}
	}
	return out, nil
}

// complete adds the lean rows that are not there, with their plugins, and
// returns those whose plugins are not known.
func (p *page) complete(lean []governance.Proposal, plugins pluginSet) (alone []governance.Proposal) {
	have := map[governance.Ref]bool{}
	for _, row := range p.rows {
		have[row.Ref] = true
	}
	for _, row := range lean {
		raw, ok := plugins.byID[row.Ref.ID()]
		switch {
		case have[row.Ref]:
		case ok || plugins.covers(row):
			row.Plugins = raw
			p.rows = append(p.rows, row)
		default:
			alone = append(alone, row)
		}
	}
	return alone
}

// pluginSet is the plugins of those rows of a page that have any.
type pluginSet struct {
	byID map[string]json.RawMessage
	all  bool  // the page lies in it whole
	upTo int64 // otherwise: rows created before
}

// covers reports whether a row that is not in the set has no plugins.
func (s pluginSet) covers(p governance.Proposal) bool {
	return s.all || p.Created.Unix() < s.upTo
}

// pluginsOf reads the plugins of the page's rows. The filter moves the places of
// rows, so nothing is skipped; a full answer may end before the page does.
func (r *reader) pluginsOf(ctx context.Context, sel selection, first int) (pluginSet, error) {
	first = min(pageLimit, first+sel.skip)
	s := &pluginSink{}
	c := &call{hub: r.hub, roots: []string{"proposals"}, sink: s, requests: &r.requests}
	_, err := askPlugins(ctx, c, first, 0, sel.spaces, sel.ids, int(sel.from))
	if errors.Is(err, errRows) || errors.Is(err, errTooLarge) {
		return pluginSet{}, nil
	}
	set := pluginSet{byID: s.byID, upTo: s.last, all: s.lost == 0 && len(s.byID) <= first*9/10}
	if s.lost > 0 {
		set.upTo = 0
	}
	return set, err
}

type pluginSink struct {
	byID map[string]json.RawMessage
	last int64 // newest created
	lost int   // rows that did not arrive
}

func (s *pluginSink) reset() { *s = pluginSink{byID: map[string]json.RawMessage{}} }

func (s *pluginSink) row(_ string, _ int, raw []byte, cut bool) {
	if field(raw).null() || cut {
		s.lost++
		return
	}
	var plugins json.RawMessage
	members(raw, func(key string, v field) {
		if key == "plugins" {
			plugins = v.free()
		}
	})
	l := decodeLight(raw)
	s.byID[l.id] = plugins
	s.last = max(s.last, l.created)
}

// byID reads one row alone; if that fails, its lean form stands, without plugins.
func (r *reader) byID(ctx context.Context, lean governance.Proposal, out *page) error {
	p, err := r.ask(ctx, selection{ids: []string{lean.Ref.ID()}}, 1, true)
	if err != nil && !errors.Is(err, errRows) {
		return err
	}
	if err == nil && len(p.rows) == 1 {
		lean = p.rows[0]
	}
	out.rows = append(out.rows, lean)
	return nil
}

// byPlace reads the one row at place i of the selection.
func (r *reader) byPlace(ctx context.Context, sel selection, i int, out *page) error {
	sel.skip += i
	sel.border = false
	for _, plugins := range []bool{true, false} {
		p, err := r.ask(ctx, sel, 1, plugins)
		if err != nil && !errors.Is(err, errRows) && !errors.Is(err, errTooLarge) {
			return err
		}
		if err == nil && len(p.names) == 1 {
			out.rows = append(out.rows, p.rows...)
			out.names = append(out.names, p.names...)
			out.skipped = append(out.skipped, p.skipped...)
			return nil
		}
	}
	out.skipped = append(out.skipped, fmt.Sprintf("a proposal created at or after %d: the hub cannot answer it", sel.from))
	return nil
}
