package dev.postern.benchmarks;

/**
 * The durations and numbers of measurements.
 *
 * @param rounds the rounds
 * @param firstWarm the warm-up before a process's first measure, in milliseconds
 * @param warm the warm-up before a measure that the process has not taken yet, in milliseconds
 * @param window the duration of a measure, in milliseconds
 * @param samples the samples of the time to the first token
 * @param colds the cold starts of each subject
 * @param opens the rounds of open streams, for the floors and Postern
 */
record BenchSettings(int rounds, int firstWarm, int warm, int window, int samples, int colds, int opens) {

    static BenchSettings quick() {
        return new BenchSettings(3, 2000, 800, 400, 100, 2, 1);
    }

    static BenchSettings whole() {
        return new BenchSettings(5, 5000, 2000, 1000, 1000, 6, 3);
    }
}
