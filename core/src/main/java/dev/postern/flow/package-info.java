/**
 * The few pieces of Reactive Streams that everything else is made with; not exported. Whoever receives a signal records
 * it and wakes a {@link dev.postern.flow.SerialLoop}; one pass acts. {@link dev.postern.flow.Relay} puts one upstream
 * after another behind the same subscriber: the next attempt, the next backend, the next turn. {@link
 * dev.postern.flow.Timer} is the clock that they all wait with. {@link dev.postern.flow.Signals} calls subscribers that
 * others wrote, whatever they throw; {@link dev.postern.flow.Fatal} tells failures of this process from those of a server.
 */
@NullMarked
package dev.postern.flow;

import org.jspecify.annotations.NullMarked;
