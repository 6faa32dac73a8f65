// oneTBB's flow graph. Nodes carry no results, only messages.
#include <oneapi/tbb/flow_graph.h>
#include <oneapi/tbb/global_control.h>

#include <deque>

#include "shapes.h"

using namespace oneapi::tbb::flow;
using node = continue_node<continue_msg>;

struct Flow : Base<Flow> {
	graph g;
	std::deque<node> nodes;
	std::vector<node *> roots;

	using Base<Flow>::add;
	size_t add(const std::vector<size_t> &in) {
		size_t id = nodes.size();
		long *sum = &sums[id];
		nodes.emplace_back(g, [sum](const continue_msg &) { ++*sum; });
		for (size_t q : in) make_edge(nodes[q], nodes[id]);
		if (in.empty()) roots.push_back(&nodes[id]);
		return id;
	}
	size_t size() const { return nodes.size(); }
	void run() {
		for (node *r : roots) r->try_put(continue_msg());
		g.wait_for_all();
	}
};

int main(int, char **argv) {
	oneapi::tbb::global_control two(oneapi::tbb::global_control::max_allowed_parallelism, 2);
	return measure<Flow>(argv);
}
