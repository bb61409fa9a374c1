// Package chat is the domain: who there is, what they may say to whom, what is refused and in
// which words. It knows no SSH, no SQL and no terminal.
//
// The nouns are accounts ([User]), logins ([Login]), and the log: one sequence of entries
// ([Entry]) with increasing ids in which everything stands that anybody said, and every change of
// who may see what. The verbs are the methods of [Service]. What the service needs from the floors
// beside it is written here as interfaces: [Store] keeps everything, [Sessions] knows who is
// connected to this node, [Passwords] hashes.
//
// Two kinds of error leave this package. A [Refusal] is for the person: what is wrong and what to
// do. Anything else is a fault, for the operator.
package chat
