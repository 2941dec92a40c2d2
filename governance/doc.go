// Package governance holds Mandate's nouns and pure rules: proposals, spaces,
// assessments, values, scores, and the contracts between the parts. It does
// no I/O and imports nothing else of this module, so it can be read in one
// sitting to learn the field.
package governance
