// The shapes of shapes_test.go with oneTBB's flow graph: flow SHAPE TASKS ROUNDS prints the nanoseconds a task takes to
// build and to run, a line for each round. Nodes carry no results, only messages.
#include <oneapi/tbb/flow_graph.h>
#include <oneapi/tbb/global_control.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <vector>

using namespace oneapi::tbb::flow;
using node = continue_node<continue_msg>;
using stopwatch = std::chrono::steady_clock;

struct builder {
	graph g;
	std::deque<node> nodes;
	std::vector<node *> roots;
	std::vector<long> sums;

	size_t add(std::initializer_list<size_t> in) { return add(std::vector<size_t>(in)); }
	size_t add(const std::vector<size_t> &in) {
		size_t id = nodes.size();
		long *sum = &sums[id];
		nodes.emplace_back(g, [sum](const continue_msg &) { ++*sum; });
		for (size_t q : in) make_edge(nodes[q], nodes[id]);
		if (in.empty()) roots.push_back(&nodes[id]);
		return id;
	}
	size_t tree(size_t leaves) {
		if (leaves == 1) return add({});
		size_t a = tree(leaves / 2), b = tree(leaves - leaves / 2);
		return add({a, b});
	}
	void build(const std::string &shape, size_t n) {
		sums.resize(n + 1);
		if (shape == "wide") {
			std::vector<size_t> ids;
			for (size_t i = 0; i + 1 < n; i++) ids.push_back(add({}));
			add(ids);
		} else if (shape == "chain") {
			size_t id = add({});
			for (size_t i = 1; i < n; i++) id = add({id});
		} else if (shape == "tree") {
			tree(n / 2);
		} else {
			size_t side = std::sqrt(double(n));
			for (size_t i = 0; i < side * side; i++) {
				if (i == 0) add({});
				else if (i < side) add({i - 1});
				else if (i % side == 0) add({i - side});
				else add({i - side, i - 1});
			}
		}
	}
};

static double nanos(stopwatch::duration d, size_t n) { return std::chrono::duration<double, std::nano>(d).count() / n; }

int main(int argc, char **argv) {
	std::string shape = argv[1];
	size_t n = std::atol(argv[2]);
	int rounds = std::atoi(argv[3]);
	oneapi::tbb::global_control two(oneapi::tbb::global_control::max_allowed_parallelism, 2);
	auto begin = stopwatch::now();
	builder b;
	b.build(shape, n);
	double build = nanos(stopwatch::now() - begin, b.nodes.size());
	for (int i = 0; i <= rounds; i++) {
		begin = stopwatch::now();
		for (node *r : b.roots) r->try_put(continue_msg());
		b.g.wait_for_all();
		if (i > 0) std::printf("%.1f %.1f\n", build, nanos(stopwatch::now() - begin, b.nodes.size()));
	}
	for (size_t i = 0; i < b.nodes.size(); i++)
		if (b.sums[i] != rounds + 1) {
			std::fprintf(stderr, "task %zu ran %ld times\n", i, b.sums[i]);
			return 1;
		}
}
