// Package web is the HTTP face: pages, fragments, the JSON API, sessions and
// the one error door. Handlers fetch from the store, fill one page struct of
// views each, and hold no rule of governance.
package web

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"mandate/governance"
	"mandate/governance/agent"
	"mandate/governance/store"
	"mandate/static"
	"mandate/views"
)

// Compiler turns what a person writes into values (package summarizer). daos
// maps lower-case names to ids.
type Compiler interface {
	Compile(ctx context.Context, statement string, daos map[string]string) (governance.Values, error)
	// Notes are what plain code has to say about a statement; no model is
	// asked, so a page may have them.
	Notes(ctx context.Context, statement string, daos map[string]string) ([]string, error)
}

// Sample is a set of values to start from, clearly not the person's own.
type Sample struct {
	Key, Name, About string
	Values           governance.Values
}

// Config is what the server is made of.
type Config struct {
	Store          *store.Store
	Agent          *agent.Agent
	Compiler       Compiler
	Samples        []Sample
	Static         *static.Set
	Log            *slog.Logger
	Now            func() time.Time
	PublicURL      *url.URL
	TrustedProxies []netip.Prefix
	MetricsToken   string
	Owners         []string     // EIP-55; empty = the first who brings OwnerToken
	Signups        string       // SignupsOwner or SignupsOpen, "" = SignupsOwner
	OwnerToken     *OwnerToken  // nil where there is an owner
	Wallets        Wallets      // nil = no node is set up: keys alone sign in
	ChainIDs       []uint64     // networks with a node; sign-in takes these and 1
	Nodes          Nodes        // nil = none can be chosen at run time
	Practice       http.Handler // the demo's wallet (JSON-RPC), nil outside the demo
	Demo           bool         // every page says so
	DemoNote       string       // what the demo world shows: "invented DAOs and proposals"
	Version        string       // of the program
	Model          ModelInfo
	Sources        map[string]string // source → host, for people: "snapshot" → "hub.snapshot.org"
	// For the settings page: names and values.
	Storage                string
	Settings, Scope, About [][2]string
}

// ModelInfo describes the reader in use, for pages.
type ModelInfo struct {
	Name       string // "" = none: the built-in reader does the work
	Host       string
	MonthlyUSD float64
}

// Server serves everything.
type Server struct {
	Config
	echo     *echo.Echo
	sessions *scs.SessionManager
	writes   *limiter
	// Sign-ins by network address and by account, and wrong one-time tokens.
	signInsFrom, signInsOf, guesses *limiter
	claimed                         atomic.Pointer[[]string] // the owners that the store has, once there are some
	names                           *recent[string]          // ENS names by account and hour
	sourceNames                     sourceNames
	metrics                         *metrics
	prose                           *prose
	texts                           *recent[views.FullText]
	pages                           *recent[views.ProposalPage]
	lists                           *recent[views.ProposalsPage]
	assets                          views.Assets
	listeners                       atomic.Int64
	powers                          *limiter // readings of voting power at the hub, by account
	streams                         crowd    // event streams by network address
	buffers                         sync.Pool
}

// New builds the server and its routes.
func New(c Config) *Server {
	s := &Server{Config: c, echo: echo.New(), metrics: newMetrics(c.Store), prose: newProse(), texts: newRecent[views.FullText](maxTexts), pages: newRecent[views.ProposalPage](maxPages), lists: newRecent[views.ProposalsPage](maxPages), assets: views.AssetsOf(c.Static)}
	s.streams.open = map[string]int{}
	s.writes = newLimiter(rate.Every(time.Second), 60)
	s.signInsFrom = newLimiter(rate.Every(6*time.Second), 10)
	s.signInsOf = newLimiter(rate.Every(time.Second), 60)       // more than one network address can use up: nobody locks another's account out alone
	s.powers = newLimiter(rate.Every(2*time.Second), maxPowers) // together 60 in any minute
	s.guesses = newLimiter(rate.Every(3*time.Minute), 5)
	s.names = newRecent[string](maxNames)
	s.sessions = s.newSessions()
	s.echo.HideBanner, s.echo.HidePort = true, true
	s.echo.HTTPErrorHandler = s.onError
	s.echo.Use(s.requests, s.recovered, s.toLoopback, s.crossOrigin, s.limits)
	s.routes()
	return s
}

func (s *Server) routes() {
	e := s.echo
	e.GET("/healthz", s.healthz)
	e.GET("/readyz", s.readyz)
	e.GET("/metrics", s.metricsPage)
	e.GET("/static/*", echo.WrapHandler(s.Static))
	e.GET("/events", s.events)

	pages := e.Group("", s.withSession)
	pages.GET("/", s.inbox)
	pages.GET("/proposals", s.proposals)
	pages.GET("/proposals/:ref", s.proposal)
	pages.GET("/proposals/:ref/ballot", s.ballotFragment, s.requireAccount)
	pages.GET("/proposals/:ref/votes", s.chainVotesPage)
	pages.GET("/daos", s.daos)
	pages.GET("/daos/:ref", s.dao)
	pages.GET("/chains", s.chains)
	pages.POST("/chains", s.chainsForm, s.requireAccount)
	pages.GET("/values", s.values)
	pages.POST("/values", s.saveValues)
	pages.POST("/values/preview", s.previewValues)
	pages.GET("/settings", s.settings)
	pages.GET("/account", s.account)
	pages.POST("/account", s.accountForm, s.requireAccount)
	pages.GET(delegationsPath, s.delegations)
	pages.POST(delegationsPath, s.readAgain(delegationsPath), s.requireAccount)
	pages.GET(votesPath, s.myVotes)
	pages.POST(votesPath, s.readAgain(votesPath), s.requireAccount)
	pages.GET("/votes.csv", s.votesCSV, s.requireAccount)
	pages.GET("/votes.json", s.votesJSON, s.requireAccount)
	if s.Demo && s.Practice != nil {
		e.POST(practicePath, echo.WrapHandler(s.Practice))
	}

	api := e.Group("/api/v1", s.withSession)
	api.GET("/openapi.json", s.openAPI)
	api.GET("/proposals", s.apiProposals)
	api.GET("/proposals/:ref", s.apiProposal)
	api.GET("/proposals/:ref/votes", s.apiChainVotes)
	api.GET("/proposals/:ref/score", s.apiScore, s.visitorsOr(governance.ScopeRead))
	api.GET("/proposals/:ref/power", s.apiPower, s.requireScope(governance.ScopeRead))
	api.POST("/proposals/:ref/vote/prepare", s.apiPrepareVote, s.requireScope(governance.ScopeVote))
	api.POST("/proposals/:ref/vote/submit", s.apiSubmitVote, s.requireScope(governance.ScopeVote))
	api.GET("/daos", s.apiDAOs)
	api.GET("/governors", s.apiGovernors)
	api.POST("/governors", s.apiAddGovernor, s.requireAccount)
	api.DELETE("/governors/:governor", s.apiRemoveGovernor, s.requireAccount)
	api.GET("/nodes", s.apiNodes)
	api.POST("/nodes", s.apiChooseNode, s.requireAccount)
	api.DELETE("/nodes/:chain", s.apiForgetNode, s.requireAccount)
	api.GET("/me/values", s.apiValues, s.visitorsOr(governance.ScopeRead))
	api.PUT("/me/values", s.apiSaveValues, s.visitorsOr(governance.ScopeValues))
	api.POST("/siwe/nonce", s.apiNonce, browsersOnly)
	api.POST("/siwe/verify", s.apiVerify, browsersOnly)
	api.DELETE("/session", s.apiSignOut, s.requireAccount)
	api.GET("/me/sessions", s.apiLogins, s.requireAccount)
	api.DELETE("/me/sessions", s.apiEndLogins, s.requireAccount)
	api.DELETE("/me/sessions/:id", s.apiEndLogin, s.requireAccount)
	api.GET("/me/votes", s.apiVotes, s.requireScope(governance.ScopeRead))
	api.GET("/me/intents", s.apiIntents, s.requireScope(governance.ScopeRead))
	api.GET("/me/intents/:id/ballot", s.apiBallotFile, s.requireScope(governance.ScopeRead))
	api.POST("/me/intents/:id/veto", s.apiStopWaiting, s.requireScope(governance.ScopeVote))
	api.GET("/me/delegations", s.apiDelegations, s.requireScope(governance.ScopeRead))
	api.POST("/me/delegations/prepare", s.apiPrepareDelegation, s.requireScope(governance.ScopeVote))
	api.POST("/me/delegations/submit", s.apiSubmitDelegation, s.requireScope(governance.ScopeVote))
	api.GET("/me/tokens", s.apiTokens, s.requireAccount)
	api.POST("/me/tokens", s.apiNewToken, s.requireAccount)
	api.DELETE("/me/tokens/:id", s.apiEndToken, s.requireAccount)
}

// practicePath is where the demo's wallet answers.
const practicePath = "/demo/wallet"

// Handler returns the whole web face as a plain handler. HEAD is answered
// like GET; the server leaves out the body.
func (s *Server) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			r = r.WithContext(r.Context())
			r.Method = http.MethodGet
		}
		s.echo.ServeHTTP(w, r)
	})
}

// toLoopback sends "localhost" to the public URL: cookies and
// signatures are bound to one origin.
func (s *Server) toLoopback(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		asked := url.URL{Host: c.Request().Host}
		if _, err := netip.ParseAddr(asked.Hostname()); err == nil || s.PublicURL == nil || !isLoopbackHost(s.PublicURL.Hostname()) {
			return next(c)
		}
		if !strings.EqualFold(asked.Hostname(), "localhost") {
			// A name that somebody else's server made lead here could read
			// the pages (DNS rebinding).
			return governance.Errorf(governance.Denied, "Mandate is not served under this name. MANDATE_PUBLIC_URL sets the name that people use.")
		}
		// Only path and query are taken over: the rest could lead elsewhere.
		from := c.Request().URL
		to := url.URL{Scheme: s.PublicURL.Scheme, Host: s.PublicURL.Host, Path: cmp.Or(from.Path, "/"), RawPath: from.RawPath, RawQuery: from.RawQuery}
		return c.Redirect(http.StatusTemporaryRedirect, to.String())
	}
}

func isLoopbackHost(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// Serve answers on the listener until ctx ends, then lets running requests
// finish for a few seconds.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       requestTimeout,
		WriteTimeout:      answerTimeout, // event streams set their own
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return governance.Wrap(governance.Internal, err, "The server stopped")
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := server.Shutdown(stop)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	return err
}

func (s *Server) secure() bool { return s.PublicURL != nil && s.PublicURL.Scheme == "https" }

// recovered turns a panic into an error of the one door.
func (s *Server) recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if r := recover(); r != nil {
				s.log(c).Error("panic", "value", r, "stack", stack())
				err = governance.Errorf(governance.Internal, "panic")
			}
		}()
		return next(c)
	}
}
