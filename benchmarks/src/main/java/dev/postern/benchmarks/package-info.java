/**
 * Measures Postern, its peers and the floor. {@link dev.postern.benchmarks.Bench} is the main program. It starts the server of
 * {@link dev.postern.benchmarks.server} and a {@link dev.postern.benchmarks.Load} for each
 * {@link dev.postern.benchmarks.subject.Subject}, each in a separate process, and prints the table.
 */
@NullMarked
package dev.postern.benchmarks;

import org.jspecify.annotations.NullMarked;
