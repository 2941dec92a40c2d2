package agent

import "testing"

func TestPowerText(t *testing.T) {
	for want, power := range map[string]float64{"0 X": 0, "999 X": 999, "1,000 X": 1000, "49,067.58 X": 49067.579, "1,234,567.5 X": 1234567.5, "1e-05 X": 0.00001, "0.01 X": 0.012} {
		if got := powerText(power, "X"); got != want {
			t.Errorf("%v is written %q, want %q", power, got, want)
		}
	}
}
