package dev.postern.benchmarks;

/**
 * The durations and numbers of measurements.
 *
 * @param forks the new processes of each subject
 * @param rounds the rounds in each fork
 * @param firstWarm the warm-up before a fork's first measure, in milliseconds
 * @param warm the warm-up before a measure that the fork has not taken yet, in milliseconds
 * @param window the duration of a measure, in milliseconds
 * @param samples the samples of the time to the first token
 * @param colds the cold starts of each subject
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
