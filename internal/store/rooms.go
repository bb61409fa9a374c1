package store

import (
	"errors"
	"time"

	"sshchat/internal/chat"
	"sshchat/internal/sanitize"
)

// insertSaid appends a line of a member who may speak. $8 is the time of the line.
const insertSaid = insertEntry + mayBeHeard + `
		AND    EXISTS (
		       SELECT 1 FROM rooms r JOIN members m ON m.room_id = r.id
		       WHERE  r.id = $10 AND r.closed IS NULL AND m.user_id = $3 AND m."left" IS NULL
		       AND    m.muted_until <= $8
		       AND    (r.posting = 'all' OR m.role = 'owner' OR r.posting = 'ops' AND m.role = 'op')
		       AND    (r.slow = 0 OR m.role <> '' OR m.last_said <= $8 - r.slow))
		THEN $8 END)`

// whyNotSaid finds out why a member may not speak.
func (t *tx) whyNotSaid(d chat.Draft) error {
	if err := t.whyNotSpeaker(d); err != errUnexplained {
		return err
	}
	m, err := t.member(d.Room, d.Sender)
	if err != nil {
		return err
	}
	var posting chat.Posting
	var slow int64
	if err := t.row(`SELECT posting, slow FROM rooms WHERE id = $1`, int64(d.Room)).Scan(&posting, &slow); err != nil {
		return err
	}
	now := max(t.at, t.now)
	switch {
	case m.muted > now:
		return &chat.WaitError{Muted: true, Until: fromMicros(m.muted)}
	case posting != chat.PostAll && m.role != chat.Owner && (posting != chat.PostOps || m.role != chat.Operator):
		return &chat.PostError{Posting: posting}
	case slow > 0:
		return &chat.WaitError{Until: fromMicros(m.said + slow)}
	}
	return errUnexplained
}

// stay is how somebody is in a room.
type stay struct {
	role  chat.Role
	muted int64 // until when
	said  int64 // when last, in a slow room
}

// member gives the stay of somebody who is in a room. ErrNotIn.
func (t *tx) member(room chat.RoomID, user chat.UserID) (s stay, err error) {
	err = t.row(`
		SELECT role, muted_until, last_said FROM members WHERE room_id = $1 AND user_id = $2 AND "left" IS NULL`,
		int64(room), int64(user)).Scan(&s.role, &s.muted, &s.said)
	return s, orMissing(err, chat.ErrNotIn)
}

// governs refuses a sender who does not have the role, or a higher one.
func (t *tx) governs(d *chat.Draft, needs chat.Role) (chat.Role, error) {
	m, err := t.member(d.Room, d.Sender)
	switch {
	case err != nil:
		return "", err
	case needs == chat.Owner && m.role != chat.Owner, needs == chat.Operator && m.role == chat.Plain:
		return "", &chat.RoleError{Needs: needs}
	}
	return m.role, nil
}

// over is governs for what is done to the recipient, a member who must stand below the sender.
func (t *tx) over(d *chat.Draft, needs chat.Role) (stay, error) {
	mine, err := t.governs(d, needs)
	if err != nil {
		return stay{}, err
	}
	theirs, err := t.member(d.Room, d.Recipient)
	switch {
	case errors.Is(err, chat.ErrNotIn):
		err = chat.ErrNotMember
	case err == nil && mine != chat.Owner && theirs.role != chat.Plain:
		err = chat.ErrOverRole
	}
	return theirs, err
}

// mayJoin finds the room, or makes it.
func (t *tx) mayJoin(d *chat.Draft) error {
	var inviteOnly, open, kicked, invited, in bool
	err := t.row(`
		SELECT r.id, r.invite_only, r.history,
		       EXISTS (SELECT 1 FROM invitations i WHERE i.room_id = r.id AND i.user_id = $2),
		       EXISTS (SELECT 1 FROM members m WHERE m.room_id = r.id AND m.user_id = $2 AND m."left" IS NULL),
		       coalesce((SELECT m.kicked FROM members m WHERE m.room_id = r.id AND m.user_id = $2 ORDER BY m.joined DESC LIMIT 1), 0)
		FROM   rooms r WHERE r.name = $1 AND r.closed IS NULL`, string(d.NewName), int64(d.Sender)).
		Scan(&d.Room, &inviteOnly, &open, &invited, &in, &kicked)
	isNew := false
	if err = orMissing(err, chat.ErrNoSuchRoom); errors.Is(err, chat.ErrNoSuchRoom) {
		isNew, err = true, nil
	}
	switch {
	case err != nil:
		return err
	case in:
		return chat.ErrStale
	case kicked && !invited:
		return chat.ErrKicked
	case inviteOnly && !invited:
		return chat.ErrInviteOnly
	}
	if open {
		d.Body = sanitize.Line(chat.HistoryAll)
	}
	if err := t.hasPlace(d); err != nil || !isNew {
		return err
	}
	return t.makeRoom(d)
}

func (t *tx) hasPlace(d *chat.Draft) error {
	if d.MostRooms <= 0 {
		return nil
	}
	var n int
	err := t.row(`SELECT count(*) FROM members WHERE user_id = $1 AND "left" IS NULL`, int64(d.Sender)).Scan(&n)
	if err == nil && n >= d.MostRooms {
		err = chat.ErrManyRooms
	}
	return err
}

// makeRoom is not for who is muted: everybody may read the name.
func (t *tx) makeRoom(d *chat.Draft) error {
	if err := t.refuseMuted(d.Sender); err != nil {
		return err
	}
	if err := t.roomIsFree(d.NewName, 0); err != nil {
		return err
	}
	return t.row(`INSERT INTO rooms (name, skeleton, created) VALUES ($1, $2, $3) RETURNING id`,
		string(d.NewName), d.NewName.Skeleton(), int64(t.head+1)).Scan(&d.Room)
}

// roomIsFree refuses a name that another room than this has, or one that looks like it.
func (t *tx) roomIsFree(n chat.RoomName, but chat.RoomID) error {
	var taken bool
	err := t.row(`
		SELECT EXISTS (SELECT 1 FROM rooms WHERE closed IS NULL AND (name = $1 OR skeleton = $2) AND id <> $3)`,
		string(n), n.Skeleton(), int64(but)).Scan(&taken)
	if err == nil && taken {
		err = chat.ErrTaken
	}
	return err
}

// join begins a stay. Whoever is muted or has just spoken stays so, and the first one owns the room.
func (t *tx) join(d chat.Draft, id chat.EntryID) error {
	_, err := t.exec(`
		INSERT INTO members (room_id, user_id, joined, role, muted_until, last_said) VALUES ($1, $2, $3,
		       CASE WHEN EXISTS (SELECT 1 FROM members WHERE room_id = $1 AND "left" IS NULL) THEN '' ELSE 'owner' END,
		       coalesce((SELECT muted_until FROM members WHERE room_id = $1 AND user_id = $2 ORDER BY joined DESC LIMIT 1), 0),
		       coalesce((SELECT last_said FROM members WHERE room_id = $1 AND user_id = $2 ORDER BY joined DESC LIMIT 1), 0))`,
		int64(d.Room), int64(d.Sender), int64(id))
	if err != nil {
		return err
	}
	_, err = t.exec(`DELETE FROM invitations WHERE room_id = $1 AND user_id = $2`, int64(d.Room), int64(d.Sender))
	return err
}

// mayLeave finds who owns the room next if the owner goes: the operator who has been in it longest, else the
// member who has. Nobody who is banned does.
func (t *tx) mayLeave(d *chat.Draft) error {
	m, err := t.member(d.Room, d.Sender)
	d.Recipient = 0
	if err != nil || m.role != chat.Owner {
		return err
	}
	err = t.row(`
		SELECT m.user_id FROM members m JOIN users u ON u.id = m.user_id
		WHERE  m.room_id = $1 AND m.user_id <> $2 AND m."left" IS NULL AND (u.disabled_at IS NULL OR u.disabled_until <= $3)
		ORDER  BY m.role <> 'op', m.joined LIMIT 1`, int64(d.Room), int64(d.Sender), t.now).Scan(&d.Recipient)
	return orMissing(err, nil)
}

// leave ends a stay. A room in which nobody is left but who is banned is closed: its name is free.
func (t *tx) leave(d chat.Draft, id chat.EntryID) error {
	if err := t.endStay(d.Room, d.Sender, id, false); err != nil {
		return err
	}
	if d.Recipient != 0 {
		return t.role(d.Room, d.Recipient, chat.Owner)
	}
	var lives bool
	err := t.row(`
		SELECT EXISTS (SELECT 1 FROM members m JOIN users u ON u.id = m.user_id
		       WHERE m.room_id = $1 AND m."left" IS NULL AND (u.disabled_at IS NULL OR u.disabled_until <= $2))`, int64(d.Room), t.now).Scan(&lives)
	if err != nil || lives {
		return err
	}
	return t.closeRoom(d, id)
}

func (t *tx) endStay(room chat.RoomID, user chat.UserID, id chat.EntryID, kicked bool) error {
	if err := t.takeDown(room, user); err != nil {
		return err
	}
	_, err := t.exec(`
		UPDATE members SET "left" = $3, kicked = $4 WHERE room_id = $1 AND user_id = $2 AND "left" IS NULL`,
		int64(room), int64(user), int64(id), kicked)
	return err
}

// mayInvite: any member may invite into an open room; where that gives what not everyone has, an operator. Who is disabled
// is nobody, as to who writes to them.
func (t *tx) mayInvite(d *chat.Draft) error {
	var there, closed, in, blocked, invited bool
	role, err := t.governs(d, chat.Plain)
	if err != nil {
		return err
	}
	err = t.row(`
		SELECT EXISTS (SELECT 1 FROM users WHERE id = $2 AND (disabled_at IS NULL OR disabled_until <= $4)),
		       (SELECT invite_only FROM rooms WHERE id = $1) OR coalesce((
		       SELECT kicked FROM members WHERE room_id = $1 AND user_id = $2 ORDER BY joined DESC LIMIT 1), 0),
		       EXISTS (SELECT 1 FROM members WHERE room_id = $1 AND user_id = $2 AND "left" IS NULL),
		       EXISTS (SELECT 1 FROM blocks WHERE blocker_id = $2 AND blocked_id = $3 AND until IS NULL),
		       EXISTS (SELECT 1 FROM invitations WHERE room_id = $1 AND user_id = $2)`,
		int64(d.Room), int64(d.Recipient), int64(d.Sender), t.now).Scan(&there, &closed, &in, &blocked, &invited)
	switch {
	case err != nil:
		return err
	case !there:
		return chat.ErrNoUser
	case blocked:
		return chat.ErrBlocked
	case in, invited:
		return chat.ErrStale
	case closed && role == chat.Plain:
		return &chat.RoleError{Needs: chat.Operator}
	}
	return nil
}

func (t *tx) invite(d chat.Draft, _ chat.EntryID) error {
	_, err := t.exec(`INSERT INTO invitations (room_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
		int64(d.Room), int64(d.Recipient))
	return err
}

// mayKick lets who is muted remove somebody, but give no reason.
func (t *tx) mayKick(d *chat.Draft) error {
	if _, err := t.over(d, chat.Operator); err != nil {
		return err
	}
	return t.refuseWords(d)
}

func (t *tx) kick(d chat.Draft, id chat.EntryID) error {
	return t.endStay(d.Room, d.Recipient, id, true)
}

// mayTopic lets who is muted take a topic away.
func (t *tx) mayTopic(d *chat.Draft) error {
	if _, err := t.governs(d, chat.Operator); err != nil {
		return err
	}
	return t.refuseWords(d)
}

func (t *tx) setTopic(d chat.Draft, _ chat.EntryID) error {
	_, err := t.exec(`UPDATE rooms SET topic = $2 WHERE id = $1`, int64(d.Room), d.Body.String())
	return err
}

func (t *tx) mayPromote(d *chat.Draft) error {
	m, err := t.over(d, chat.Owner)
	if err == nil && m.role != chat.Plain {
		err = chat.ErrStale
	}
	return err
}

func (t *tx) mayDemote(d *chat.Draft) error {
	m, err := t.over(d, chat.Owner)
	if err == nil && m.role != chat.Operator {
		err = chat.ErrStale
	}
	return err
}

func (t *tx) setRole(d chat.Draft, _ chat.EntryID) error {
	role := chat.Plain
	if d.Kind == chat.Promote {
		role = chat.Operator
	}
	return t.role(d.Room, d.Recipient, role)
}

// role gives somebody a role. An owner is not muted: nobody could end that.
func (t *tx) role(room chat.RoomID, user chat.UserID, r chat.Role) error {
	_, err := t.exec(`
		UPDATE members SET role = $3, muted_until = CASE $3 WHEN 'owner' THEN 0 ELSE muted_until END
		WHERE  room_id = $1 AND user_id = $2 AND "left" IS NULL`, int64(room), int64(user), string(r))
	return err
}

// spanOf is the duration in the body of a Mute or Slow.
func spanOf(d *chat.Draft) (time.Duration, error) {
	span, err := time.ParseDuration(d.Body.String())
	if err == nil && span < 0 {
		err = errors.New("store: append: a negative duration")
	}
	return span, err
}

func (t *tx) mayMute(d *chat.Draft) error {
	span, err := spanOf(d)
	if err != nil {
		return err
	}
	m, err := t.over(d, chat.Operator)
	if err == nil && span == 0 && m.muted <= t.now {
		err = chat.ErrStale
	}
	return err
}

func (t *tx) mute(d chat.Draft, _ chat.EntryID) error {
	span, err := spanOf(&d)
	if err != nil {
		return err
	}
	until := t.now + span.Microseconds()
	if span == 0 {
		until = 0
	}
	_, err = t.exec(`UPDATE members SET muted_until = $3 WHERE room_id = $1 AND user_id = $2 AND "left" IS NULL`,
		int64(d.Room), int64(d.Recipient), until)
	return err
}

func (t *tx) mayGive(d *chat.Draft) error {
	_, err := t.over(d, chat.Owner)
	return err
}

func (t *tx) give(d chat.Draft, _ chat.EntryID) error {
	if err := t.role(d.Room, d.Sender, chat.Operator); err != nil {
		return err
	}
	return t.role(d.Room, d.Recipient, chat.Owner)
}

// mayRename renames at once, so that the entry has the new name; it says what the room was called.
func (t *tx) mayRename(d *chat.Draft) error {
	if _, err := t.governs(d, chat.Owner); err != nil {
		return err
	}
	was, err := t.room(d.Room)
	switch {
	case err != nil:
		return err
	case was.Name == d.NewName:
		return chat.ErrStale
	}
	if err := t.roomIsFree(d.NewName, d.Room); err != nil {
		return err
	}
	d.Body = sanitize.Line(string(was.Name))
	delete(t.w.rooms, d.Room)
	_, err = t.exec(`UPDATE rooms SET name = $2, skeleton = $3 WHERE id = $1`,
		int64(d.Room), string(d.NewName), d.NewName.Skeleton())
	return err
}

func (t *tx) mayPost(d *chat.Draft) error {
	switch chat.Posting(d.Body.String()) {
	case chat.PostAll, chat.PostOps, chat.PostOwners:
		return t.changes(d, chat.Owner, `SELECT posting = $2 FROM rooms WHERE id = $1`, d.Body.String())
	}
	return errors.New("store: append: no such posting")
}

// changes refuses what is so already, as the query tells.
func (t *tx) changes(d *chat.Draft, needs chat.Role, query string, value any) error {
	if _, err := t.governs(d, needs); err != nil {
		return err
	}
	var same bool
	err := t.row(query, int64(d.Room), value).Scan(&same)
	if err == nil && same {
		err = chat.ErrStale
	}
	return err
}

func (t *tx) setPosting(d chat.Draft, _ chat.EntryID) error {
	_, err := t.exec(`UPDATE rooms SET posting = $2 WHERE id = $1`, int64(d.Room), d.Body.String())
	return err
}

func (t *tx) maySlow(d *chat.Draft) error {
	span, err := spanOf(d)
	if err != nil {
		return err
	}
	return t.changes(d, chat.Operator, `SELECT slow = $2 FROM rooms WHERE id = $1`, span.Microseconds())
}

func (t *tx) setSlow(d chat.Draft, _ chat.EntryID) error {
	span, err := spanOf(&d)
	if err != nil {
		return err
	}
	_, err = t.exec(`UPDATE rooms SET slow = $2 WHERE id = $1`, int64(d.Room), span.Microseconds())
	return err
}

// accesses are the words of an Access entry, and what they mean.
var accesses = map[string]struct {
	column string
	value  int
}{
	chat.AccessOpen: {"invite_only", 0}, chat.AccessInvited: {"invite_only", 1},
	chat.HistoryJoined: {"history", 0}, chat.HistoryAll: {"history", 1},
}

func (t *tx) mayAccess(d *chat.Draft) error {
	a, ok := accesses[d.Body.String()]
	if !ok {
		return errors.New("store: append: no such access")
	}
	return t.changes(d, chat.Owner, `SELECT `+a.column+` = $2 FROM rooms WHERE id = $1`, a.value)
}

// setAccess takes back the invitations of a room that only the invited may come into from now on: any member could
// make them.
func (t *tx) setAccess(d chat.Draft, _ chat.EntryID) error {
	a := accesses[d.Body.String()]
	if d.Body.String() == chat.AccessInvited {
		if _, err := t.exec(`DELETE FROM invitations WHERE room_id = $1`, int64(d.Room)); err != nil {
			return err
		}
	}
	_, err := t.exec(`UPDATE rooms SET `+a.column+` = $2 WHERE id = $1`, int64(d.Room), a.value)
	return err
}

// mayClose lets the owner close a room, and the server any.
func (t *tx) mayClose(d *chat.Draft) error {
	if d.Sender != 0 {
		_, err := t.governs(d, chat.Owner)
		return err
	}
	var isThere bool
	err := t.row(`SELECT closed IS NULL FROM rooms WHERE id = $1`, int64(d.Room)).Scan(&isThere)
	if err = orMissing(err, chat.ErrNoSuchRoom); err == nil && !isThere {
		err = chat.ErrNoSuchRoom
	}
	return err
}

func (t *tx) closeRoom(d chat.Draft, id chat.EntryID) error {
	_, err := t.exec(`UPDATE members SET "left" = $2 WHERE room_id = $1 AND "left" IS NULL`, int64(d.Room), int64(id))
	if err != nil {
		return err
	}
	for _, table := range []string{"invitations", "pins", "hands"} {
		if _, err = t.exec(`DELETE FROM `+table+` WHERE room_id = $1`, int64(d.Room)); err != nil {
			return err
		}
	}
	_, err = t.exec(`UPDATE rooms SET closed = $2 WHERE id = $1`, int64(d.Room), int64(id))
	return err
}
