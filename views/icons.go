package views

// sprite holds every icon and the two patterns of charts. It is part of each
// page because a pattern or a symbol can only be referred to from there.
const sprite = `<svg class="defs" aria-hidden="true">` +
	`<symbol id="i-ask" viewBox="0 0 16 16"><path d="M2 2.8h12v8.4H8.4L5 14v-2.8H2z"/><path d="M6.4 5.8c.2-1.7 3.2-1.6 3.1.1 0 1-1.5 1.1-1.5 2.1m0 1.2v.1"/></symbol>` +
	`<symbol id="i-check" viewBox="0 0 16 16"><path d="M2.8 8.6 6.4 12l6.8-8"/></symbol>` +
	`<symbol id="i-clock" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.2"/><path d="M8 4.5V8l2.4 1.6"/></symbol>` +
	`<symbol id="i-cross" viewBox="0 0 16 16"><path d="m4 4 8 8m0-8-8 8"/></symbol>` +
	`<symbol id="i-danger" viewBox="0 0 16 16"><path d="M5.3 1.8h5.4l3.5 3.5v5.4l-3.5 3.5H5.3l-3.5-3.5V5.3z"/><path d="M8 5v3.6m0 2.2v.1"/></symbol>` +
	`<symbol id="i-down" viewBox="0 0 16 16"><path d="M8 3v9.6M3.8 8.6 8 12.8l4.2-4.2"/></symbol>` +
	`<symbol id="i-eye" viewBox="0 0 16 16"><path d="M1.5 8S4 3.6 8 3.6 14.5 8 14.5 8 12 12.4 8 12.4 1.5 8 1.5 8z"/><circle cx="8" cy="8" r="1.9"/></symbol>` +
	`<symbol id="i-gear" viewBox="0 0 16 16"><path d="M2 4.5h5m4 0h3M2 11.5h3m4 0h5"/><circle cx="9" cy="4.5" r="2"/><circle cx="7" cy="11.5" r="2"/></symbol>` +
	`<symbol id="i-grip" viewBox="0 0 16 16"><path d="M5.5 3.5v.1m5-.1v.1m-5 4.3V8m5-.1V8m-5 4.3v.1m5-.1v.1"/></symbol>` +
	`<symbol id="i-hall" viewBox="0 0 16 16"><path d="M2 6.2 8 2.4l6 3.8zM3.6 6.4v5.4m2.9-5.4v5.4m3-5.4v5.4m2.9-5.4v5.4M2 13.6h12"/></symbol>` +
	`<symbol id="i-hand" viewBox="0 0 16 16"><circle cx="4" cy="4.2" r="2"/><circle cx="12" cy="11.8" r="2"/><path d="M4 6.2v3.4a2.2 2.2 0 0 0 2.2 2.2H10M8 9.6l2.2 2.2L8 14M7.4 4.2h2.4A2.2 2.2 0 0 1 12 6.4v1.4"/></symbol>` +
	`<symbol id="i-inbox" viewBox="0 0 16 16"><path d="M2 9.2 4 3h8l2 6.2V13H2z"/><path d="M2 9.2h3.6l.8 1.6h3.2l.8-1.6H14"/></symbol>` +
	`<symbol id="i-info" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.2"/><path d="M8 7.4v3.8m0-6.2v.1"/></symbol>` +
	`<symbol id="i-link" viewBox="0 0 16 16"><path d="M9.2 2.6h4.2v4.2M13.2 2.8 7.6 8.4M11.4 9.6v3.8H2.6V4.6h3.8"/></symbol>` +
	`<symbol id="i-list" viewBox="0 0 16 16"><path d="M5.4 4h8.4M5.4 8h8.4M5.4 12h8.4M2.4 4h.1m-.1 4h.1m-.1 4h.1"/></symbol>` +
	`<symbol id="i-off" viewBox="0 0 16 16"><path d="M2.5 6.2a8 8 0 0 1 11 0M4.7 8.7a4.8 4.8 0 0 1 6.6 0M8 12v.1M2.5 2.5l11 11"/></symbol>` +
	`<symbol id="i-pen" viewBox="0 0 16 16"><path d="m10.6 2.6 2.8 2.8-7.6 7.6-3.5.7.7-3.5z"/><path d="M9 14h5"/></symbol>` +
	`<symbol id="i-person" viewBox="0 0 16 16"><circle cx="8" cy="5.2" r="2.9"/><path d="M2.6 14c.4-3 2.6-4.6 5.4-4.6s5 1.6 5.4 4.6"/></symbol>` +
	`<symbol id="i-plus" viewBox="0 0 16 16"><path d="M8 3v10M3 8h10"/></symbol>` +
	`<symbol id="i-scale" viewBox="0 0 16 16"><path d="M8 2.2v11.6M4.6 13.8h6.8M3 4.6h10M3 4.6 1.2 9.2h3.6zm10 0-1.8 4.6h3.6z"/></symbol>` +
	`<symbol id="i-search" viewBox="0 0 16 16"><circle cx="7" cy="7" r="4.6"/><path d="m10.5 10.5 3.4 3.4"/></symbol>` +
	`<symbol id="i-theme" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6"/><path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor"/></symbol>` +
	`<symbol id="i-up" viewBox="0 0 16 16"><path d="M8 13V3.4M3.8 7.4 8 3.2l4.2 4.2"/></symbol>` +
	`<symbol id="i-warn" viewBox="0 0 16 16"><path d="M8 2.2 14.4 13.4H1.6z"/><path d="M8 6.6v3.2m0 1.9v.1"/></symbol>` +
	`<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2" height="6" fill="var(--ink-2)"/></pattern>` +
	`<pattern id="dots" width="5" height="5" patternUnits="userSpaceOnUse"><circle cx="2.5" cy="2.5" r="1" fill="var(--ink-3)"/></pattern></svg>`

// wordmark is the program's name as drawn in the masthead.
const wordmark = `<svg viewBox="0 0 132 32" aria-hidden="true"><path d="M2.5 22.5V6.5M2.5 6.5l7.2 12.6L21.5 3.5v19" fill="none" stroke="currentColor" stroke-width="2.6" stroke-linecap="square" stroke-linejoin="miter"/><path d="M1.2 28.5h21.6" stroke="var(--accent)" stroke-width="2.6"/><text x="32" y="23.5" fill="currentColor" font-family="Iowan Old Style,Palatino Linotype,Palatino,Georgia,serif" font-size="24" font-weight="600" textLength="98" lengthAdjust="spacingAndGlyphs">Mandate</text></svg>`

// icon returns the name of the icon that doubles a tone.
func (n Notice) icon() string {
	switch {
	case n.Icon != "":
		return n.Icon
	case n.Tone == Danger:
		return "danger"
	case n.Tone == Caution:
		return "warn"
	case n.Tone == You:
		return "check"
	default:
		return "info"
	}
}
