package limits

// open are the rows that show faults of magpie, by name, and what the faults are. A row that is mended leaves the list.
var open = map[string]string{}
