package governance

import (
	"errors"
	"fmt"
	"time"
)

// Code classifies an error for whoever has to react to it.
type Code string

// The codes. Upstream means "try again later"; Invalid and Denied mean
// "never again with the same input".
const (
	Invalid  Code = "invalid"   // the input is wrong
	Denied   Code = "denied"    // not allowed
	NotFound Code = "not_found" // there is no such thing
	Conflict Code = "conflict"  // the state changed meanwhile
	Limited  Code = "limited"   // too many requests, too much data, or too costly
	Upstream Code = "upstream"  // a remote part failed
	Internal Code = "internal"  // a fault of ours
)

// Error is an error with a code and a message that may be shown to a user.
// The cause is for logs only.
type Error struct {
	Code    Code
	Message string
	Cause   error
	Wait    time.Duration // with Limited: how long the other side asks to wait; 0 = it did not say
}

// Error implements the error interface.
func (e *Error) Error() string {
	if e.Cause == nil {
		return e.Message
	}
	return e.Message + ": " + e.Cause.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Errorf makes an Error with a message for users and no cause.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Wrap makes an Error with a message for users and a cause for logs.
// It returns nil if the cause is nil.
func Wrap(code Code, cause error, format string, args ...any) error {
	if cause == nil {
		return nil
	}
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Cause: cause}
}

// CodeOf returns the code of the first Error in err's chain, Internal for a
// foreign error, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// MessageOf returns the text that may be shown to a user. Foreign errors
// never show their own text.
func MessageOf(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Code != Internal {
		return e.Message
	}
	return "Mandate failed. The log has the cause under the request id."
}

// WaitOf returns how long err asks to wait before the next try, 0 if it does
// not say.
func WaitOf(err error) time.Duration {
	var e *Error
	if errors.As(err, &e) {
		return e.Wait
	}
	return 0
}
