/**
 * Several backends behind one {@link dev.postern.LlmProvider}: chosen by name or by weight, each with its limits, one
 * standing in for another.
 *
 * <p>{@link dev.postern.gateway.Gateway} is the door. What follows it is one call's way, from left to right:
 *
 * <pre>
 * Gateway -&gt; Routing (the present configuration) -&gt; Dispatch (one call) -&gt; Route (who is next)
 *                                                       |-&gt; Visit  (a stay at a Backend: Gate, CoolDown)
 *                                                       `-&gt; Attempt (what the backend answers)
 * </pre>
 *
 * <p>The gateway never sends a request to the same backend twice: retries are the provider's. It switches, and only as
 * long as nothing has gone out to the caller. {@code Dispatch} and {@code Attempt} know threads, as the {@code Relay}
 * beneath them does; {@code Gate} and {@code CoolDown} have a lock each, taken once or twice a call and never while
 * somebody else's code runs.
 */
@NullMarked
package dev.postern.gateway;

import org.jspecify.annotations.NullMarked;
