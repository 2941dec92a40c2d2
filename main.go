// Mandate reads the proposals of DAOs, explains them with quotes that can be
// checked, and scores them against what a person values.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"

	"mandate/governance"
)

// version is set at build time (-ldflags "-X main.version=…").
var version = "dev"

// commands are the command line. A command without a name is serve.
type commands struct {
	Config string `help:"File with settings." default:"mandate.toml" type:"path" placeholder:"FILE"`

	Serve   serveCommand   `cmd:"" default:"withargs" help:"Read, explain and serve: the whole program (also without a command)."`
	Demo    demoCommand    `cmd:"" help:"The same program on an embedded world: no network, no key, no model."`
	Sync    syncCommand    `cmd:"" help:"Catch up with the sources once. Exit status 0 only if complete."`
	Assess  assessCommand  `cmd:"" help:"Explain one proposal from a file (JSON or Markdown)."`
	Decode  decodeCommand  `cmd:"" help:"Say what the calls of a proposal in a file would do."`
	Bench   benchCommand   `cmd:"" help:"The benchmarks that the README quotes."`
	Version versionCommand `cmd:"" help:"Print version, commit and Go version."`
}

// program is what every command gets.
type program struct {
	config  string // path of mandate.toml
	environ []string
	stdin   io.Reader
	stdout  io.Writer
	stderr  io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], program{environ: os.Environ(), stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}))
}

// run is main without the process: it returns 0, 1 for a failure, 2 for bad
// usage or a bad setting.
func run(ctx context.Context, args []string, p program) int {
	var cli commands
	exit := -1
	parser, err := kong.New(&cli, kong.Name("mandate"), kong.Description("Reads DAO proposals, explains them with quotes, scores them by your values."),
		kong.Writers(p.stdout, p.stderr), kong.Exit(func(code int) { exit = code }), kong.BindTo(ctx, (*context.Context)(nil)), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(p.stderr, "mandate:", err)
		return 1
	}
	command, err := parser.Parse(args)
	if exit >= 0 { // --help
		return exit
	}
	if err != nil {
		fmt.Fprintf(p.stderr, "mandate: %s; see mandate --help\n", err)
		return 2
	}
	p.config = cli.Config
	err = command.Run(ctx, p)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		fmt.Fprintln(p.stderr, "mandate: stopped")
		return 1
	}
	var usage usageError
	if errors.As(err, &usage) {
		for _, line := range usage.lines() {
			fmt.Fprintln(p.stderr, "mandate:", line)
		}
		return 2
	}
	fmt.Fprintln(p.stderr, "mandate:", message(err))
	return 1
}

// message is one line that says what to do; internal faults show their cause
// here, since whoever runs the command may see it.
func message(err error) string {
	if governance.CodeOf(err) == governance.Internal {
		return err.Error()
	}
	return governance.MessageOf(err)
}

// usageError is a fault of the command line or the settings: exit status 2.
type usageError struct{ error }

func (u usageError) lines() []string {
	if joined, ok := u.error.(interface{ Unwrap() []error }); ok {
		var out []string
		for _, err := range joined.Unwrap() {
			out = append(out, err.Error())
		}
		return out
	}
	return []string{u.Error()}
}

// load reads the settings with flags laid over them.
func (p program) load(flags map[string]string) (Config, error) {
	c, err := loadConfig(p.environ, flags, p.config)
	if err != nil {
		return c, usageError{err}
	}
	return c, nil
}

func (c Config) logger(w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogJSON {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

type versionCommand struct{}

// Run prints what was built, from which commit, and by which Go.
func (versionCommand) Run(_ context.Context, p program) error {
	_, err := fmt.Fprintf(p.stdout, "mandate %s\ncommit %s\n%s %s/%s\n", version, commit(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

func commit() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				return s.Value
			}
		}
	}
	return "unknown"
}
