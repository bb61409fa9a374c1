package render

import "time"

// aWeek is how long the name of a weekday says which day is meant.
const aWeek = 6 * 24 * time.Hour

// dayForms are how stamp writes the day, by the form of the whole.
var dayForms = map[string]string{weekdayForm: "Mon ", dateForm: "2 Jan ", yearForm: "2 Jan 2006 "}

// stamp says when, as short as now makes it clear: 14:02, Tue 14:02, 25 Nov 14:02.
func (v Viewer) stamp(t, now time.Time) string {
	t, now = t.In(v.zone()), now.In(v.zone())
	form := dateForm
	switch ago := now.Sub(t); {
	case v.SameDay(t, now):
		form = clockForm
	case ago > 0 && ago < aWeek:
		form = weekdayForm
	case t.Year() != now.Year():
		form = yearForm
	}
	if v.Half {
		form = dayForms[form] + halfForm
	}
	return t.Format(form)
}
