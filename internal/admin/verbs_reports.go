package admin

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
	"sshchat/internal/store"
)

// Report is what somebody has told the moderators of.
type Report struct {
	ID       int64         `json:"id"`
	At       time.Time     `json:"at"`
	Reporter string        `json:"reporter"`
	Account  string        `json:"account"`        // whom it is about
	Line     *ReportedLine `json:"line,omitempty"` // missing: it is about the account
	Text     string        `json:"text"`           // what the reporter says
	ClosedAt time.Time     `json:"closed_at,omitzero"`
	ClosedBy string        `json:"closed_by,omitempty"` // as AuditRow has the actor
	Note     string        `json:"note,omitempty"`
}

// ReportedLine is a line as it stood when it was reported.
type ReportedLine struct {
	ID   int64     `json:"id"`
	Kind string    `json:"kind"`           // as chat.Kind
	Room string    `json:"room,omitempty"` // #NAME, if it was said in one
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// Reports is a page of reports, the newest last.
type Reports struct {
	Reports []Report `json:"reports"`
	Next    string   `json:"next,omitempty"` // as in Users
}

func (r Reports) rest() Params { return nextPage(r.Next) }

// ClosedReport is the answer of report close.
type ClosedReport struct {
	Report int64 `json:"report"`
}

func serveReports(ctx context.Context, r *request) (Reports, error) {
	limit, err := r.limit()
	if err != nil {
		return Reports{}, err
	}
	var after int64
	if s := r.Params[afterArg.name]; s != "" {
		if after, err = strconv.ParseInt(s, 10, 64); err != nil {
			return Reports{}, refuseAfter
		}
	}
	reader, err := r.reader(ctx)
	if err != nil {
		return Reports{}, err
	}
	found, err := r.Store.Reports(ctx, r.Params["all"] == yes, after, limit+1, reader)
	if err != nil {
		return Reports{}, err
	}
	page := Reports{Reports: []Report{}}
	for i, f := range found {
		if i == limit {
			page.Next = strconv.FormatInt(found[limit-1].ID, 10)
			break
		}
		page.Reports = append(page.Reports, reportOf(f))
	}
	return page, nil
}

func reportOf(f store.Report) Report {
	r := Report{
		ID: f.ID, At: f.At, Reporter: string(f.Reporter), Account: string(f.About), Text: f.Text.String(),
		ClosedAt: f.Closed, ClosedBy: f.ClosedBy, Note: f.Note.String(),
	}
	if l := f.Line; l.ID != 0 {
		r.Line = &ReportedLine{ID: int64(l.ID), Kind: string(l.Kind), At: l.At, Text: l.Body.String()}
		if l.Room.Name != "" {
			r.Line.Room = l.Room.Name.String()
		}
	}
	return r
}

func serveReportClose(ctx context.Context, r *request) (ClosedReport, error) {
	report, err := r.report(ctx)
	if err != nil {
		return ClosedReport{}, err
	}
	if len(r.Params["note"]) > maxReason {
		return ClosedReport{}, refuseReason
	}
	a := r.audit(sanitize.Line(r.Params["note"]))
	id := report.ID
	a.Target = strconv.FormatInt(id, 10)
	err = r.Store.CloseReport(ctx, id, chat.ReportSeenTo(report.About), a)
	switch {
	case errors.Is(err, chat.ErrNoEntry):
		err = refuseNoReport(id)
	case errors.Is(err, chat.ErrStale):
		err = refuseReportClosed(id)
	}
	return ClosedReport{id}, err
}

// report is the report that is meant, of those that whoever asks may see.
func (r *request) report(ctx context.Context) (store.Report, error) {
	id, err := strconv.ParseInt(r.Params["number"], 10, 64)
	if err != nil || id <= 0 {
		return store.Report{}, refuseReportNumber
	}
	reader, err := r.reader(ctx)
	if err != nil {
		return store.Report{}, err
	}
	found, err := r.Store.Reports(ctx, true, id-1, 1, reader)
	switch {
	case err != nil:
		return store.Report{}, err
	case len(found) == 0 || found[0].ID != id:
		return store.Report{}, refuseNoReport(id)
	}
	return found[0], nil
}

// reader is who reads in the chat, where nobody sees who has reported them; 0 on the machine, which sees all.
func (r *request) reader(ctx context.Context) (chat.UserID, error) {
	if r.via != viaChat {
		return 0, nil
	}
	u, err := r.Chat.User(ctx, r.actor)
	return u.ID, err
}

func showReports(w view, r Reports) (text string) {
	if w.first && len(r.Reports) == 0 {
		return w.Say(noReports)
	}
	for _, o := range r.Reports {
		text += w.Say(reportText(w, o))
	}
	return text
}

// reportText is a report in a few lines: the first says who reports whom, and the last what became of it.
func reportText(w view, r Report) string {
	text := fmt.Sprintf("%d  %s  ", r.ID, w.time(r.At)) + reportHead(r) + "\n" + r.Text
	if l := r.Line; l != nil {
		text += "\n" + reportedLine(w, *l)
	}
	if !r.ClosedAt.IsZero() {
		text += "\n" + reportEnd(w, r)
	}
	return text
}

func showReportClosed(w view, c ClosedReport) string {
	return w.Say(fmt.Sprintf(saidReportClosed, c.Report))
}
