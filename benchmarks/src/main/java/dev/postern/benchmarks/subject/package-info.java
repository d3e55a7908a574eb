/** The measured subjects: one class for each library, and the floor. */
@NullMarked
package dev.postern.benchmarks.subject;

import org.jspecify.annotations.NullMarked;
