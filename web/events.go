package web

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

const (
	// maxListeners bounds the open event streams, maxStreams those of one
	// network address: nobody takes all places alone.
	maxListeners = 200
	maxStreams   = 8
	heartbeat    = 15 * time.Second
	leastPause   = 300 * time.Millisecond
)

// events streams progress as server-sent events until there is none left to
// tell or the client goes.
func (s *Server) events(c echo.Context) error {
	from := household(s.clientAddr(c.Request()))
	if !s.streams.enter(from, maxStreams) {
		return comeLater(c, heartbeat)
	}
	defer s.streams.leave(from)
	if s.listeners.Add(1) > maxListeners {
		s.listeners.Add(-1)
		return comeLater(c, heartbeat)
	}
	defer s.listeners.Add(-1)
	ctx := c.Request().Context()
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/event-stream")
	h.Set(echo.HeaderCacheControl, "no-store")
	h.Set("X-Accel-Buffering", "no")
	c.Response().WriteHeader(http.StatusOK)
	changes := s.Agent.Watch(ctx)
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		running, err := s.sendProgress(c)
		if err != nil || !running {
			return nil // the client is gone, or all is told
		}
		select {
		case <-ctx.Done():
			return nil
		case _, open := <-changes:
			if !open {
				return nil
			}
		case <-tick.C:
		}
		select { // changes come in bursts
		case <-ctx.Done():
			return nil
		case <-time.After(leastPause):
		}
	}
}

func (s *Server) sendProgress(c echo.Context) (running bool, err error) {
	ctx := c.Request().Context()
	p := s.progress(ctx)
	var b bytes.Buffer
	if err := errors.Join(p.View().Render(ctx, &b), s.syncLine(s.Now()).View().Render(ctx, &b)); err != nil {
		return false, err
	}
	event := "event: progress\n"
	for _, line := range strings.Split(b.String(), "\n") {
		event += "data: " + line + "\n"
	}
	if !p.Running {
		event += "\nevent: done\ndata: \n"
	}
	// A listener that takes nothing in makes room for others.
	line := http.NewResponseController(c.Response())
	if err := line.SetWriteDeadline(time.Now().Add(heartbeat)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return false, err
	}
	if _, err := c.Response().Write([]byte(event + "\n")); err != nil {
		return false, err
	}
	return p.Running, line.Flush()
}
