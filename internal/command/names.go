package command

// Names are the names of the commands that do more than send a line, in the order in which help lists them.
func Names() (names []string) {
	for i := range table {
		if table[i].Line == nil {
			names = append(names, table[i].Name)
		}
	}
	return names
}
