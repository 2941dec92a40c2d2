package demo

import (
	"maps"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// introspection is the schema as the values that tools ask for. Types refer to
// each other, so the maps form cycles; only a selection may walk them.
type introspection struct {
	schema map[string]any
	types  map[string]map[string]any
}

func introspect(s *ast.Schema) *introspection {
	in := &introspection{types: map[string]map[string]any{}}
	for name, def := range s.Types {
		in.types[name] = map[string]any{"kind": string(def.Kind), "name": name, "description": textOrNull(def.Description)}
	}
	list := []any{}
	for _, name := range slices.Sorted(maps.Keys(s.Types)) {
		in.fill(in.types[name], s.Types[name])
		list = append(list, in.types[name])
	}
	in.schema = map[string]any{
		"description": nil, "types": list, "queryType": in.types["Query"],
		"mutationType": nil, "subscriptionType": nil, "directives": in.directives(s),
	}
	return in
}

func (in *introspection) fill(t map[string]any, def *ast.Definition) {
	for _, empty := range []string{"fields", "inputFields", "interfaces", "enumValues", "possibleTypes", "ofType", "specifiedByURL"} {
		t[empty] = nil
	}
	switch def.Kind {
	case ast.Object:
		fields := []any{}
		for _, f := range def.Fields {
			if len(f.Name) < 2 || f.Name[:2] != "__" {
				fields = append(fields, in.field(f))
			}
		}
		t["fields"], t["interfaces"] = fields, []any{}
	case ast.InputObject:
		t["inputFields"] = in.inputs(def.Fields)
	case ast.Enum:
		values := []any{}
		for _, v := range def.EnumValues {
			values = append(values, map[string]any{"name": v.Name, "description": textOrNull(v.Description), "isDeprecated": false, "deprecationReason": nil})
		}
		t["enumValues"] = values
	}
}

func (in *introspection) field(f *ast.FieldDefinition) map[string]any {
	return map[string]any{
		"name": f.Name, "description": textOrNull(f.Description), "args": in.arguments(f.Arguments),
		"type": in.typeOf(f.Type), "isDeprecated": false, "deprecationReason": nil,
	}
}

func (in *introspection) arguments(args ast.ArgumentDefinitionList) []any {
	out := []any{}
	for _, a := range args {
		out = append(out, in.input(a.Name, a.Description, a.Type, a.DefaultValue))
	}
	return out
}

func (in *introspection) inputs(fields ast.FieldList) []any {
	out := []any{}
	for _, f := range fields {
		out = append(out, in.input(f.Name, f.Description, f.Type, f.DefaultValue))
	}
	return out
}

func (in *introspection) input(name, description string, t *ast.Type, value *ast.Value) map[string]any {
	out := map[string]any{"name": name, "description": textOrNull(description), "type": in.typeOf(t), "defaultValue": nil}
	if value != nil {
		out["defaultValue"] = value.String()
	}
	return out
}

func (in *introspection) typeOf(t *ast.Type) map[string]any {
	if t.NonNull {
		inner := *t
		inner.NonNull = false
		return map[string]any{"kind": "NON_NULL", "name": nil, "ofType": in.typeOf(&inner)}
	}
	if t.Elem != nil {
		return map[string]any{"kind": "LIST", "name": nil, "ofType": in.typeOf(t.Elem)}
	}
	return in.types[t.NamedType]
}

func (in *introspection) directives(s *ast.Schema) []any {
	out := []any{}
	for _, name := range slices.Sorted(maps.Keys(s.Directives)) {
		d := s.Directives[name]
		places := []any{}
		for _, l := range d.Locations {
			places = append(places, string(l))
		}
		out = append(out, map[string]any{
			"name": d.Name, "description": textOrNull(d.Description), "locations": places,
			"args": in.arguments(d.Arguments), "isRepeatable": d.IsRepeatable,
		})
	}
	return out
}

func textOrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
