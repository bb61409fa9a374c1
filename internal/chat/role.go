package chat

import "context"

// The roles of accounts, as User has them.
const (
	RoleAdmin     = "admin"
	RoleModerator = "moderator"
)

// RoleOf is the role that me has at this moment; empty if it is none of those above, or the login has ended.
func (s *Service) RoleOf(ctx context.Context, me Actor) (string, error) {
	role, err := s.store.Role(ctx, me.Login)
	if role != RoleAdmin && role != RoleModerator {
		role = ""
	}
	return role, err
}
