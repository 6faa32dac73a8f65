package limits

// open are the rows that show faults of magpie, by name, and what the faults are. A row that is mended leaves the list.
var open = map[string]string{
	"bag.TopK_of_half_of_one_partition":                "a list that grows is not counted before it is whole",
	"bag.Bag.TopKBy_of_half":                           "a list that grows is not counted before it is whole",
	"bag.Bag.Persist_in_one_partition_of_lists":        "a list that grows is not counted before it is whole",
	"bag.TopK_of_half":                                 "a list that grows is not counted before it is whole",
	"bag.Bag.Persist_in_one_partition_of_unknown_size": "a list that grows is not counted before it is whole",
	"bag.Bag.Take_of_all_of_one_partition":             "a list that grows is not counted before it is whole",
	"bag.Bag.Take_of_all":                              "a list that grows is not counted before it is whole",
	"bag.Partitions_of_one_of_unknown_size":            "a list that grows is not counted before it is whole",

	"bag.GroupBy_of_all_different":                   "a table that grows is not counted before it is whole",
	"bag.GroupBy_of_few":                             "a table that grows is not counted before it is whole",
	"bag.Bag.FoldBy_of_few_into_lists":               "a table that grows is not counted before it is whole",
	"bag.Bag.FoldBy_of_all_different":                "a table that grows is not counted before it is whole",
	"bag.Bag.DistinctBy_of_all_different":            "a table that grows is not counted before it is whole",
	"bag.Frequencies_of_all_different":               "a table that grows is not counted before it is whole",
	"bag.Distinct_of_all_different_in_one_partition": "a table that grows is not counted before it is whole",
	"bag.Distinct_of_strings":                        "a table that grows is not counted before it is whole",
	"bag.Distinct_of_all_different":                  "a table that grows is not counted before it is whole",
	"bag.Bag.Fold_into_a_list":                       "a table that grows is not counted before it is whole",
	"bag.Bag.Reduce_of_lists":                        "a table that grows is not counted before it is whole",

	"bag.Bag.All_of_persisted_data":                    "persisted data is not spilled while another computation uses it",
	"bag.Bag.Persist_used_twice":                       "persisted data is not spilled while another computation uses it",
	"array.Concatenate_of_persisted_data":              "persisted data is not spilled while another computation uses it",
	"array.Array.BroadcastTo_of_persisted_data":        "persisted data is not spilled while another computation uses it",
	"array.Array.Persist_used_twice_in_one_expression": "persisted data is not spilled while another computation uses it",

	"bag.Bag.Compute_of_lists":                         "the result that is asked for is not counted",
	"bag.Bag.Compute_of_unknown_size":                  "the result that is asked for is not counted",
	"array.Mask.Compute":                               "the result that is asked for is not counted",
	"array.Array.Compute_of_more_than_any_machine_has": "the result that is asked for is not counted",
	"array.Array.Compute":                              "the result that is asked for is not counted",
	"array.Array.Compute_of_persisted_data":            "the result that is asked for is not counted",

	"array.FromReader_in_one_chunk": "what is read for a chunk is not counted",

	"futures.All":                      "results of calls are not counted",
	"futures.DelaySlice_of_all_blocks": "results of calls are not counted",
	"futures.Map_into_blocks":          "results of calls are not counted",

	"futures.Submit1":    "results that nobody holds stay until a collection that does not come",
	"futures.TrySubmit1": "results that nobody holds stay until a collection that does not come",
	"futures.SubmitCtx1": "results that nobody holds stay until a collection that does not come",
}
