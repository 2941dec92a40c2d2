package demo

import (
	"encoding/json"
	"net/http"

	"github.com/ethereum/go-ethereum/common"
)

// scoreCall is a request to the score API.
type scoreCall struct {
	Method string      `json:"method"`
	Params scoreParams `json:"params"`
}

type scoreParams struct {
	Address    string          `json:"address"`
	Author     string          `json:"author"`
	Addresses  []string        `json:"addresses"`
	Space      string          `json:"space"`
	Network    string          `json:"network"`
	Strategies []Strategy      `json:"strategies"`
	Snapshot   json.RawMessage `json:"snapshot"`
	Validation string          `json:"validation"`
	Params     json.RawMessage `json:"params"`
}

// serveScore answers get_vp and validate. Power comes from the world's table,
// so the strategies that are sent are checked for form only.
func (w *World) serveScore(rw http.ResponseWriter, r *http.Request) {
	call, ok := w.readScore(rw, r)
	if !ok {
		return
	}
	p := call.Params
	switch call.Method {
	case "get_vp":
		if fault := p.fault(p.Address); fault != "" {
			scoreError(rw, http.StatusBadRequest, fault)
			return
		}
		power, state := w.powerAt(p, p.Address)
		scoreResult(rw, map[string]any{"vp": sum(power), "vp_by_strategy": power, "vp_state": state})
	case "validate":
		w.serveValidate(rw, p)
	default:
		scoreError(rw, http.StatusBadRequest, "wrong method")
	}
}

func (w *World) serveValidate(rw http.ResponseWriter, p scoreParams) {
	if p.Validation == "any" {
		scoreResult(rw, true)
		return
	}
	if !common.IsHexAddress(p.Author) {
		scoreError(rw, http.StatusBadRequest, "invalid address")
		return
	}
	power, _ := w.powerAt(p, p.Author)
	allowed, known := validate(Validation{Name: p.Validation, Params: p.Params}, sum(power))
	if !known {
		scoreError(rw, http.StatusInternalServerError, "invalid validation")
		return
	}
	scoreResult(rw, allowed)
}

// serveScores answers the power of many addresses at once.
func (w *World) serveScores(rw http.ResponseWriter, r *http.Request) {
	call, ok := w.readScore(rw, r)
	if !ok {
		return
	}
	scores, state := make([]map[string]float64, len(call.Params.Strategies)), "final"
	for i := range scores {
		scores[i] = map[string]float64{}
	}
	for _, address := range call.Params.Addresses {
		if fault := call.Params.fault(address); fault != "" {
			scoreError(rw, http.StatusBadRequest, fault)
			return
		}
		var power []float64
		power, state = w.powerAt(call.Params, address)
		for i := range scores {
			if i < len(power) && power[i] > 0 {
				scores[i][address] = power[i]
			}
		}
	}
	scoreResult(rw, map[string]any{"state": state, "cache": false, "scores": scores})
}

func (w *World) readScore(rw http.ResponseWriter, r *http.Request) (scoreCall, bool) {
	var call scoreCall
	fault := w.score.next()
	switch {
	case fault == FaultTooMany:
		scoreError(rw, http.StatusTooManyRequests, "too many requests")
	case fault == FaultServerError:
		scoreError(rw, http.StatusInternalServerError, "the node did not answer")
	case w.serveFault(rw, r, fault):
	default:
		if body, ok := readMessage(rw, r); ok {
			if json.Unmarshal(body, &call) == nil {
				return call, true
			}
			scoreError(rw, http.StatusBadRequest, "invalid request")
		}
	}
	return call, false
}

func (p scoreParams) fault(address string) string {
	switch {
	case !common.IsHexAddress(address):
		return "invalid address"
	case len(p.Strategies) == 0 || len(p.Strategies) > 10:
		return "invalid strategies length"
	}
	for _, s := range p.Strategies {
		if s.Name == "" {
			return "invalid strategies: " + s.Name
		}
	}
	return ""
}

// powerAt is today's power for "latest" and for blocks that are not there yet.
func (w *World) powerAt(p scoreParams, address string) (power []float64, state string) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	block := number(p.Snapshot)
	if block == 0 || block >= blockAt(p.Network, w.cfg.Now().Unix()) {
		return w.powerLocked(p.Space, address, nil), "pending"
	}
	past := &Proposal{Space: p.Space, Strategies: p.Strategies, End: w.cfg.Now().Unix()}
	if s := w.spaces[p.Space]; s != nil && len(p.Strategies) == 0 {
		past.Strategies = s.Strategies
	}
	return w.powerLocked(p.Space, address, past), powerState(past, past.End)
}

func scoreResult(rw http.ResponseWriter, result any) {
	writeJSON(rw, http.StatusOK, map[string]any{"jsonrpc": "2.0", "result": result, "id": nil, "cache": false})
}

func scoreError(rw http.ResponseWriter, status int, why string) {
	writeJSON(rw, status, map[string]any{"jsonrpc": "2.0", "id": nil,
		"error": map[string]any{"code": status, "message": "unauthorized", "data": why}})
}
