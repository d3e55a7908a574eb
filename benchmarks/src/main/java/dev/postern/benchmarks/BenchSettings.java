package dev.postern.benchmarks;

/**
 * How long and how often.
 *
 * @param forks fresh processes of each subject
 * @param rounds in turns, in each fork
 * @param firstWarm before a fork's first measure, in milliseconds
 * @param warm before a measure that the fork did not take before
 * @param window of a measure, in milliseconds
 * @param samples of a time to the first token
 * @param colds cold starts of each subject
 * @param tenThousand whether to open 10,000 streams, too
 */
record BenchSettings(
        int forks, int rounds, int firstWarm, int warm, int window, int samples, int colds, boolean tenThousand) {

    static BenchSettings quick() {
        return new BenchSettings(1, 3, 2000, 800, 600, 200, 3, false);
    }

    static BenchSettings whole() {
        return new BenchSettings(1, 3, 6000, 3000, 2500, 1000, 6, true);
    }
}
