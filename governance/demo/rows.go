package demo

import "io"

func (w *World) loadRows(_ io.Reader) error { return nil }
