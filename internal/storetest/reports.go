package storetest

import (
	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

func (w *world) report(by chat.Begun, about chat.User) (int64, error) {
	w.Helper()
	return w.st.AddReport(w.ctx(), chat.NewReport{Login: by.ID, Reporter: by.User.ID, About: about.ID, Text: sanitize.Line("spam")})
}

var reports = []story{
	{"reports are numbered, and bounded for each person", func(w *world) {
		alice, bob, carol := w.signUp("alice"), w.signUp("bob"), w.signUp("carol")
		a, b := w.logIn(alice), w.logIn(bob)
		for i := range chat.MostReports {
			id, err := w.report(a, carol)
			w.must(err)
			w.equal("number", id, int64(i+1))
		}
		_, err := w.report(a, carol)
		w.refused(err, chat.ErrManyReports)
		_, err = w.report(b, carol)
		w.must(err)
	}},
	{"a login that has ended reports nothing", func(w *world) {
		alice, bob := w.signUp("alice"), w.signUp("bob")
		a := w.logIn(alice)
		w.logOut(a, chat.Progress{})
		_, err := w.report(a, bob)
		w.refused(err, chat.ErrEnded)
	}},
	{"nobody has a role unless it is given", func(w *world) {
		role, err := w.st.Role(w.ctx(), w.logIn(w.signUp("alice")).ID)
		w.must(err)
		w.equal("role", role, "")
		staff, err := w.st.Staff(w.ctx())
		w.must(err)
		w.equal("staff", len(staff), 0)
	}},
}
