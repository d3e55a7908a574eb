/** The server of the benchmarks, in a separate process. One thread sends prepared bytes. */
@NullMarked
package dev.postern.benchmarks.server;

import org.jspecify.annotations.NullMarked;
