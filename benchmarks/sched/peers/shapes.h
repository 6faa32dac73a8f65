// The shapes of shapes_test.go, for the peers in C++.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

using stopwatch = std::chrono::steady_clock;

inline double nanos(stopwatch::duration d, size_t n) { return std::chrono::duration<double, std::nano>(d).count() / n; }

// Base adds the n tasks of a shape: Peer::add appends a task with its inputs and returns its number.
template <class Peer> struct Base {
	std::vector<long> sums; // how often each task has run

	size_t add(std::initializer_list<size_t> in) { return static_cast<Peer *>(this)->add(std::vector<size_t>(in)); }
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
			static_cast<Peer *>(this)->add(ids);
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

// measure is main of a peer: PROGRAM SHAPE TASKS ROUNDS prints the nanoseconds a task takes to build and to run, a line
// for each round.
template <class Peer> int measure(char **argv) {
	std::string shape = argv[1];
	int rounds = std::atoi(argv[3]);
	auto begin = stopwatch::now();
	Peer b;
	b.build(shape, std::atol(argv[2]));
	size_t n = b.size();
	double build = nanos(stopwatch::now() - begin, n);
	for (int i = 0; i <= rounds; i++) {
		begin = stopwatch::now();
		b.run();
		if (i > 0) std::printf("%.1f %.1f\n", build, nanos(stopwatch::now() - begin, n));
	}
	for (size_t i = 0; i < n; i++)
		if (b.sums[i] != rounds + 1) {
			std::fprintf(stderr, "task %zu ran %ld times\n", i, b.sums[i]);
			return 1;
		}
	return 0;
}
