/**
 * A gateway: several backends behind one {@link dev.postern.LlmProvider}. A backend is chosen by name or by weight, has
 * its own limits, and is replaced by a fallback when it fails.
 *
 * <p>{@link dev.postern.gateway.Gateway} is the entry point. A call passes these classes:
 *
 * <pre>
 * Gateway -&gt; RoutingTable (current configuration) -&gt; CallExecution (one call) -&gt; Route (selects the next backend)
 *                                                     |-&gt; BackendLease (use of one Backend: CallLimiter, CoolDown)
 *                                                     `-&gt; BackendSubscriber (receives the answer of the backend)
 * </pre>
 *
 * <p>The gateway sends a request to each backend at most once: the provider does the retries. The gateway switches to
 * another backend only while the caller has received nothing. {@code CallExecution} and {@code BackendSubscriber} run on
 * several threads and are built on {@code Relay}. {@code CallLimiter} and {@code CoolDown} have one lock each. A call takes
 * it once or twice, and no foreign code runs while it is held.
 */
@NullMarked
package dev.postern.gateway;

import org.jspecify.annotations.NullMarked;
