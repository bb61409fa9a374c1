package chat

import (
	"context"
	"errors"

	"sshchat/internal/sanitize"
)

// NewReport is what somebody tells the moderators of.
type NewReport struct {
	Login    LoginID // which tells
	Reporter UserID
	About    UserID
	Line     *Entry // what About has said, as the reporter sees it; nil: it is about the account
	Text     sanitize.Text
}

// MostReports is how many reports of one person can be open at once.
const MostReports = 20

// ErrManyReports is what a store refuses to who has MostReports.
var ErrManyReports = errors.New("too many reports of the account are open")

// maxReport is the longest text of a report, in bytes.
const maxReport = 1000

// ReportLine tells the moderators of the line with an id, which me may see, and keeps it as it stands now.
func (s *Service) ReportLine(ctx context.Context, me Actor, id EntryID, text sanitize.Text) error {
	e, err := s.Line(ctx, me, id)
	switch {
	case err != nil:
		return err
	case e.Sender.ID == me.ID:
		return refuseOwnReport
	case e.FromServer():
		return refuseServerReport
	}
	return s.report(ctx, me, e.Sender, e, text)
}

// ReportUser tells the moderators of an account.
func (s *Service) ReportUser(ctx context.Context, me Actor, typed string, text sanitize.Text) error {
	u, err := s.other(ctx, me.ID, typed, refuseSelf)
	if err != nil {
		return err
	}
	return s.report(ctx, me, u.Person, nil, text)
}

func (s *Service) report(ctx context.Context, me Actor, about Person, line *Entry, text sanitize.Text) error {
	if isBlank(text) || len(text.String()) > maxReport {
		return refuseReportText
	}
	id, err := s.store.AddReport(ctx, NewReport{Login: me.Login, Reporter: me.ID, About: about.ID, Line: line, Text: text})
	if errors.Is(err, ErrManyReports) {
		return refuseManyReports
	}
	if err != nil {
		return acting(err)
	}
	return s.tellStaff(ctx, about, sanitize.Line(textReported(id, me.Name, about.Name, line, text)))
}

// tellStaff tells those with a role who are online on this node, but not whom it is about.
func (s *Service) tellStaff(ctx context.Context, about Person, text sanitize.Text) error {
	staff, err := s.store.Staff(ctx)
	for _, id := range staff {
		if id != about.ID {
			s.sessions.Tell(id, text)
		}
	}
	return err
}
