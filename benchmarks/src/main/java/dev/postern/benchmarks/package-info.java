/**
 * Measures Postern beside its peers and the floor. {@link dev.postern.benchmarks.Bench} conducts: it starts the server of
 * {@link dev.postern.benchmarks.server} and a {@link dev.postern.benchmarks.Load} for each
 * {@link dev.postern.benchmarks.subject.Subject}, each in a process of its own, and makes the table.
 */
@NullMarked
package dev.postern.benchmarks;

import org.jspecify.annotations.NullMarked;
