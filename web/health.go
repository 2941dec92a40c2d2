package web

import (
	"crypto/subtle"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"mandate/governance"
	"mandate/governance/store"
)

// healthz answers if the process lives.
func (s *Server) healthz(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// readyz answers if the store is open and migrated.
func (s *Server) readyz(c echo.Context) error {
	if err := s.Store.Ping(c.Request().Context()); err != nil {
		s.log(c).Warn("not ready", "err", err)
		return c.String(http.StatusServiceUnavailable, "the store does not answer\n")
	}
	return c.String(http.StatusOK, "ready\n")
}

type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

func newMetrics(st *store.Store) *metrics {
	m := &metrics{registry: prometheus.NewRegistry(), requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "mandate_http_request_seconds", Help: "Time to answer a request, by route and status.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, 1, 5},
	}, []string{"route", "status"})}
	m.registry.MustRegister(m.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "mandate_store_generation", Help: "Grows with every stored change."},
			func() float64 { return float64(st.Generation()) }))
	return m
}

// observe counts by route pattern, never by path: a path could hold anything.
func (m *metrics) observe(c echo.Context, took time.Duration) {
	route := c.Path()
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(route, strconv.Itoa(c.Response().Status)).Observe(took.Seconds())
}

// metricsPage serves Prometheus metrics to this machine or to the bearer of
// the token.
func (s *Server) metricsPage(c echo.Context) error {
	token, bearer := strings.CutPrefix(c.Request().Header.Get("Authorization"), "Bearer ")
	known := bearer && s.MetricsToken != "" && subtle.ConstantTimeCompare([]byte(token), []byte(s.MetricsToken)) == 1
	if !known && !s.isLocal(c.Request()) {
		return governance.Errorf(governance.Denied, "Metrics are for this machine, or for a request with MANDATE_METRICS_TOKEN.")
	}
	promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}).ServeHTTP(c.Response(), c.Request())
	return nil
}

// isLocal reports a request from this machine itself. What came through a
// proxy, known or not, did not.
func (s *Server) isLocal(r *http.Request) bool {
	return s.clientAddr(r).IsLoopback() && r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == ""
}
