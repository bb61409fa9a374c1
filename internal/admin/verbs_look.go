package admin

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"strings"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/command"
	"sshchat/internal/store"
)

func serveUser(ctx context.Context, r *request) (UserDetail, error) {
	u, err := r.Chat.User(ctx, r.Params["user"])
	if err != nil {
		return UserDetail{}, err
	}
	a, err := r.Store.Account(ctx, u.ID)
	if err != nil {
		return UserDetail{}, err
	}
	d := UserDetail{
		User: userOf(u), Settings: unusual(a.Settings), Blocks: a.Blocks, BlockedBy: a.BlockedBy,
		Rooms: []UserRoom{}, Keys: []Key{}, SeenWith: []SeenWith{},
	}
	for _, m := range a.Rooms {
		d.Rooms = append(d.Rooms, UserRoom{m.Name.String(), string(m.Role)})
	}
	for _, k := range a.Keys {
		d.Keys = append(d.Keys, Key{k.Fingerprint, k.Label, k.Added, k.Used})
	}
	for _, n := range a.SeenWith {
		seen := SeenWith{Name: string(n.Name)}
		if r.role != moderators {
			seen.Remote = n.Remote.String()
		}
		d.SeenWith = append(d.SeenWith, seen)
	}
	d.Online, err = r.sessionsOf(ctx, d.Name)
	return d, err
}

// sessionsOf lists the sessions of one account: one, or none.
func (r *request) sessionsOf(ctx context.Context, name string) (list []Session, err error) {
	all, err := serveSessions(ctx, r)
	for _, s := range all.Sessions {
		if s.Account == name {
			list = append(list, s)
		}
	}
	return list, err
}

// unusual are the settings that are not as they are by default.
func unusual(s chat.Settings) map[string]string {
	set := map[string]string{}
	for _, x := range chat.SettingTable {
		if v := x.Get(s); v != x.Values[0] {
			set[x.Name] = v
		}
	}
	if !s.DND.IsZero() {
		set["dnd"] = s.DND.Format(time.RFC3339)
	}
	return set
}

// serveRooms gives a page of the rooms behind the name after, or of those that begin with prefix.
func serveRooms(ctx context.Context, r *request) (Rooms, error) {
	limit, err := r.limit()
	if err != nil {
		return Rooms{}, err
	}
	start := strings.ToLower(strings.TrimPrefix(r.Params["prefix"], "#"))
	after := max(strings.TrimPrefix(r.Params[afterArg.name], "#"), justBefore(start))
	found, err := r.Store.AllRooms(ctx, chat.RoomName(after), limit+1)
	if err != nil {
		return Rooms{}, err
	}
	rooms, next := pageOf(found, limit, start, func(l store.RoomLook) string { return string(l.Name) }, roomOf)
	return Rooms{rooms, next}, nil
}

func roomOf(l store.RoomLook) Room {
	access := chat.AccessOpen
	if l.InviteOnly {
		access = chat.AccessInvited
	}
	return Room{Name: l.Name.String(), Owner: string(l.Owner), Members: l.Members, Online: l.Online, Lines: l.Lines,
		Access: access, Posting: string(l.Posting)}
}

func serveRoom(ctx context.Context, r *request) (RoomDetail, error) {
	name, err := chat.ParseRoom(r.Params["room"])
	if err != nil {
		return RoomDetail{}, err
	}
	found, err := r.Store.RoomDetail(ctx, name)
	if errors.Is(err, chat.ErrNoSuchRoom) {
		return RoomDetail{}, refuseNoRoom(name)
	}
	if err != nil {
		return RoomDetail{}, err
	}
	d := RoomDetail{
		Room: roomOf(found.RoomLook), Topic: found.Topic.String(), SlowSeconds: int64(found.Slow.Seconds()), History: "joined",
		People: []Member{}, Pins: tracesOf(found.Pins), Hands: tracesOf(found.Hands),
	}
	if found.History {
		d.History = "all"
	}
	for _, m := range found.Members {
		d.People = append(d.People, Member{string(m.Name), string(m.Role), m.Online, m.Muted})
	}
	return d, nil
}

func tracesOf(all []store.Trace) []Trace {
	list := make([]Trace, len(all))
	for i, t := range all {
		list[i] = Trace{int64(t.ID), string(t.Sender), t.At}
	}
	return list
}

// usualAudit is how many acts are shown to who does not say since when.
const usualAudit = 100

// serveAudit gives the newest acts, or, page by page, all since some time.
func serveAudit(ctx context.Context, r *request) (Audit, error) {
	q, err := r.auditQuery()
	if err != nil {
		return Audit{}, err
	}
	limit := q.Limit
	if !q.Newest {
		q.Limit++ // to know whether there is more
	}
	rows, err := r.Store.AuditRows(ctx, q)
	if err != nil {
		return Audit{}, err
	}
	page := Audit{Audit: []AuditRow{}}
	for i, a := range rows {
		if i == limit {
			page.Next = strconv.FormatInt(rows[limit-1].ID, 10)
			break
		}
		page.Audit = append(page.Audit, AuditRow{a.ID, a.At, a.Actor, a.Via, a.Action, a.Target, a.Detail})
	}
	return page, nil
}

func (r *request) auditQuery() (q store.AuditQuery, err error) {
	q = store.AuditQuery{Actor: r.Params["actor"], Action: r.Params["action"], Newest: true, Limit: usualAudit}
	if after := r.Params[afterArg.name]; after != "" {
		if q.After, err = strconv.ParseInt(after, 10, 64); err != nil {
			return q, refuseAfter
		}
	}
	if s := r.Params["since"]; s != "" {
		span, ok := command.ParseSpan(s)
		if !ok {
			return q, refuseSpan("since")
		}
		q.Since, q.Newest = r.Chat.Now().Add(-span), false
		q.Limit, err = r.limit()
	}
	return q, err
}

func serveStats(ctx context.Context, r *request) (Stats, error) {
	x, err := r.Store.Stats(ctx)
	if err != nil {
		return Stats{}, err
	}
	logins, err := r.Chat.Logins(ctx)
	if err != nil {
		return Stats{}, err
	}
	locks, err := r.Chat.Locks(ctx)
	if err != nil {
		return Stats{}, err
	}
	s := Stats{
		Accounts: x.Accounts, Banned: x.Banned, Online: len(logins), LoginsToday: x.LoginsToday, Rooms: x.Rooms, Locks: len(locks),
		OpenReports: x.OpenReports, DatabaseBytes: r.size(), CountedFrom: x.CountedFrom,
	}
	for _, d := range x.Days {
		s.Days = append(s.Days, Day{d.Start.Format(time.DateOnly), d.Direct, d.Broadcasts, d.Room})
	}
	s.Process, err = r.process(ctx)
	return s, err
}

// process is what the server uses; nil where none runs.
func (r *request) process(ctx context.Context) (*Process, error) {
	if r.Status == nil {
		return nil, nil
	}
	st, err := r.Status(ctx)
	if err != nil {
		return nil, err
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return &Process{PID: st.PID, Since: st.Since, MemoryBytes: st.MemoryBytes, HeapBytes: memory.HeapInuse,
		Goroutines: runtime.NumGoroutine()}, nil
}
