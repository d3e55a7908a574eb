/** The canned server, in a process of its own: prepared bytes, one thread. */
@NullMarked
package dev.postern.benchmarks.server;

import org.jspecify.annotations.NullMarked;
