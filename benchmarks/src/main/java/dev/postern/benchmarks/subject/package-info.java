/** What is measured: one class for each library, and the floor below them. */
@NullMarked
package dev.postern.benchmarks.subject;

import org.jspecify.annotations.NullMarked;
