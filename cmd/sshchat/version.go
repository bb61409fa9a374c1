package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// version says which release this is and of which sources: 0.1.0 (go1.26.8, 3f2a1c9).
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return fmt.Sprintf("devel (%s)", runtime.Version())
	}
	return versionOf(info)
}

func versionOf(info *debug.BuildInfo) string {
	release := strings.TrimPrefix(info.Main.Version, "v")
	if release == "" || release == "(devel)" {
		release = "devel"
	}
	build := []string{info.GoVersion}
	if r := revision(info); r != "" {
		build = append(build, r)
	}
	return fmt.Sprintf("%s (%s)", release, strings.Join(build, ", "))
}

// revision is the commit of the sources, short, with a + if they were changed since; empty if the
// build does not know.
func revision(info *debug.BuildInfo) string {
	const short = 7
	commit, changed := "", ""
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			commit = s.Value[:min(short, len(s.Value))]
		case "vcs.modified":
			if s.Value == "true" {
				changed = "+"
			}
		}
	}
	if commit == "" {
		return ""
	}
	return commit + changed
}
