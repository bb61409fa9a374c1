package chat

import "context"

// What an account may be besides one among others: see User.Role.
const (
	Moderator = "moderator"
	Admin     = "admin"
)

// RoleOf is the role that me has at this moment; empty if it is neither of those, or the login has ended.
func (s *Service) RoleOf(ctx context.Context, me Actor) (string, error) {
	role, err := s.store.Role(ctx, me.Login)
	if role != Moderator && role != Admin {
		role = ""
	}
	return role, err
}
