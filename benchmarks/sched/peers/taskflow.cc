// Taskflow. Tasks carry no results.
#include <taskflow/taskflow.hpp>

#include "shapes.h"

struct Flow : Base<Flow> {
	tf::Executor executor{2};
	tf::Taskflow graph;
	std::vector<tf::Task> tasks;

	using Base<Flow>::add;
	size_t add(const std::vector<size_t> &in) {
		long *sum = &sums[tasks.size()];
		tf::Task t = graph.emplace([sum] { ++*sum; });
		for (size_t q : in) tasks[q].precede(t);
		tasks.push_back(t);
		return tasks.size() - 1;
	}
	size_t size() const { return tasks.size(); }
	void run() { executor.run(graph).wait(); }
};

int main(int, char **argv) { return measure<Flow>(argv); }
