package metrics

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// addSystem adds what Linux tells of the process.
func addSystem(r *Registry) {
	r.CounterFunc("process_cpu_seconds_total", "Processor time of the process, in user and in system mode.", cpuSeconds)
	r.GaugeFunc("process_resident_memory_bytes", "Memory of the process that is in RAM.", residentBytes)
	r.GaugeFunc("process_open_fds", "Open file descriptors; each connection is one.", openFiles)
	r.GaugeFunc("process_max_fds", "Most file descriptors that the process may open.", maxFiles)
}

func cpuSeconds() (float64, bool) {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return 0, false
	}
	return (time.Duration(u.Utime.Nano()) + time.Duration(u.Stime.Nano())).Seconds(), true
}

func residentBytes() (float64, bool) {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, false
	}
	var size, resident int
	if _, err := fmt.Sscan(string(statm), &size, &resident); err != nil {
		return 0, false
	}
	return float64(resident * os.Getpagesize()), true
}

// openFiles counts the names alone: with ten thousand connections, to look at each would take a system call each.
func openFiles() (float64, bool) {
	dir, err := os.Open("/proc/self/fd")
	if err != nil {
		return 0, false
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	return float64(len(names) - 1), err == nil // without dir
}

func maxFiles() (float64, bool) {
	var l unix.Rlimit
	err := unix.Getrlimit(unix.RLIMIT_NOFILE, &l)
	return float64(l.Cur), err == nil
}
