package admin

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"time"
)

// profileVerb is the one command whose answer is no JSON and no text: a profile of the server, for `go tool pprof`. So it
// stands beside the table of verbs. Its path is /v1/pprof/KIND, with ?seconds=N for cpu.
const profileVerb = "pprof"

// profileKinds are the profiles that there are: cpu is watched for some seconds, the others are Go's, of the moment.
var profileKinds = []string{"heap", "goroutine", "allocs", profileCPU}

const profileCPU = "cpu"

// How many seconds the cpu is watched. Within maxSeconds both ends keep their usual patience: callWait and readWait.
const (
	usualSeconds = 10
	maxSeconds   = 20
)

// A profile is an answer that is sent as it is.
type profile []byte

func (p profile) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(p)
}

// takeProfile takes the profile that was asked for.
func takeProfile(_ http.ResponseWriter, r *http.Request, _ peer) (any, error) {
	kind, asked := r.PathValue("kind"), r.URL.Query().Get("seconds")
	switch {
	case r.Method != http.MethodGet:
		return nil, refuseProfileMethod
	case !slices.Contains(profileKinds, kind), asked != "" && kind != profileCPU:
		return nil, refuseProfile
	}
	var b bytes.Buffer
	if kind == profileCPU {
		err := watchCPU(r.Context(), &b, asked)
		return profile(b.Bytes()), err
	}
	if kind == "heap" {
		runtime.GC() // what is garbage already keeps no memory
	}
	err := pprof.Lookup(kind).WriteTo(&b, 0)
	return profile(b.Bytes()), err
}

// watchCPU watches for the seconds that were asked for, or for as long as whoever asked is there.
func watchCPU(ctx context.Context, w io.Writer, asked string) error {
	seconds := usualSeconds
	if asked != "" {
		var err error
		if seconds, err = strconv.Atoi(asked); err != nil || seconds < 1 || seconds > maxSeconds {
			return refuseSeconds
		}
	}
	if err := pprof.StartCPUProfile(w); err != nil {
		return refuseSecondProfile
	}
	defer pprof.StopCPUProfile()
	select {
	case <-time.After(time.Duration(seconds) * time.Second):
	case <-ctx.Done():
	}
	return nil
}
