// Package attack shows that a server stays up, and others chat on, while somebody attacks it. It is tests
// only. `make attack` runs them at full scale and prints what each cost.
//
// An attack is a value: how it runs, and on what scale. Each is tried on a server in a process of its
// own, with its limits at their defaults, where four people chat all the while. Nothing is known of the server but its
// address and what it says; what it takes in memory and CPU is the kernel's word.
//
// What a single room can show by itself, it shows: the bounds of connections, channels and packets are
// tested in sshd, those of the editor in lineedit, those of logins (with IPv6 networks, which loopback
// does not have) in chat, text and names in sanitize. Here it is the whole, as a stranger finds it.
//
// Attackers come from many addresses: on Linux all of 127.0.0.0/8 is this machine. Elsewhere those attacks are
// skipped.
package attack
