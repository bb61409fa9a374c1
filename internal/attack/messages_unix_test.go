//go:build unix

package attack

import (
	"encoding/binary"

	"golang.org/x/crypto/ssh"
)

// Messages that a client sends or looks for (RFC 4250 section 4.1).
const (
	msgDisconnect     = 1
	msgIgnore         = 2
	msgDebug          = 4
	msgServiceRequest = 5
	msgServiceAccept  = 6
	msgExtInfo        = 7
	msgKexInit        = 20
	msgNewKeys        = 21
	msgKexECDHInit    = 30
	msgKexECDHReply   = 31
	msgAuthRequest    = 50
	msgAuthSuccess    = 52
	msgAuthInfo       = 61
	msgGlobalRequest  = 80
	msgGlobalSuccess  = 81
	msgGlobalFailure  = 82
	msgChannelOpen    = 90
	msgChannelConfirm = 91
	msgChannelRefusal = 92
	msgWindowAdjust   = 93
	msgChannelData    = 94
	msgChannelStderr  = 95
	msgChannelEOF     = 96
	msgChannelClose   = 97
	msgChannelRequest = 98
	msgChannelSuccess = 99
	msgChannelFailure = 100
	msgPing           = 192
)

// kexInit is a KEXINIT that offers one key exchange.
func kexInit(kex string) []byte {
	return ssh.Marshal(struct {
		Cookie                       [16]byte `sshtype:"20"`
		Kex, HostKey                 string
		CipherOut, CipherIn          string
		MACOut, MACIn, ZipOut, ZipIn string
		LanguageOut, LanguageIn      string
		FirstKexFollows              bool
		Reserved                     uint32
	}{Kex: kex, HostKey: "ssh-ed25519", CipherOut: "aes128-gcm@openssh.com", CipherIn: "aes128-gcm@openssh.com",
		ZipOut: "none", ZipIn: "none"})
}

func serviceRequest() []byte { return join([]byte{msgServiceRequest}, str("ssh-userauth")) }

func authRequest(user, method string, rest ...[]byte) []byte {
	return join(append([][]byte{{msgAuthRequest}, str(user), str("ssh-connection"), str(method)}, rest...)...)
}

func globalRequest(kind string) []byte { return join([]byte{msgGlobalRequest}, str(kind), []byte{1}) }

func channelOpen(id, window uint32) []byte {
	return join([]byte{msgChannelOpen}, str("session"), u32(id), u32(window), u32(32<<10))
}

func channelRequest(id uint32, kind string, reply bool, rest ...[]byte) []byte {
	want := []byte{0}
	if reply {
		want[0] = 1
	}
	return join(append([][]byte{{msgChannelRequest}, u32(id), str(kind), want}, rest...)...)
}

func channelData(id uint32, data string) []byte {
	return join([]byte{msgChannelData}, u32(id), str(data))
}

func str(s string) []byte { return append(u32(uint32(len(s))), s...) }

func u32(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

func join(parts ...[]byte) (all []byte) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}
