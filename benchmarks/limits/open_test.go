package limits

// open are the rows that show faults of magpie, by name, and what the faults are. A row that is mended leaves the list.
var open = map[string]string{
	"futures.All":                      "results of calls are not counted",
	"futures.DelaySlice_of_all_blocks": "results of calls are not counted",
	"futures.Map_into_blocks":          "results of calls are not counted",

	"futures.Delayed.Start_of_calls":      "results that nobody holds stay until a collection that does not come",
	"futures.Delayed.Start_that_can_fail": "results that nobody holds stay until a collection that does not come",
	"futures.Delayed.Start_with_context":  "results that nobody holds stay until a collection that does not come",
}
