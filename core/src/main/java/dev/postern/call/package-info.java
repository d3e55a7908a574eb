/**
 * Looking into a call, and changing it.
 *
 * <p>A {@link dev.postern.call.CallListener} sees calls and their attempts: backend, model, retries, times, usage, ends. An {@link
 * dev.postern.call.Interceptor} may change, refuse or answer a request, and look at, change, hold back or drop the events of its
 * answer. {@link dev.postern.call.Instrumentation} registers both, with a provider, with a gateway, or around any provider.
 *
 * <p>A <em>call</em> is what the application makes. An <em>attempt</em> is one exchange with one server: a call has several if it is
 * retried or if another backend takes over. Calls are observed outside of all interceptors (what the caller gets), attempts inside of
 * all of them (what the server does).
 *
 * <p>How it is built, from the outside to the inside:
 *
 * <pre>{@code
 * CallScope            what providers see of it; Place is one place with an instrumentation, which rides in the request's context
 *                      (Enclosing), which also says whether a request is a part of the call or begins a child of it
 *   |- CallState       the call as this place sees it: its listeners, its open attempts, its end
 *   |- Filters         the interceptors of a call or of an attempt, one FilterStage for each
 *   |    |- FilterStage    demand, cancellation and the order of steps; FilterCalls calls the filter, Pending waits for stages
 *   |- WholeAnswer     lets a whole answer pass interceptors as its events
 *   |- NewAttempt      an exchange that becomes an attempt; OpenAttempt is one as all places see it, and its end
 * Observer             passes an answer, and shows it to a CallState or an OpenAttempt
 * dev.postern.flow.News    what listeners are told, in order and one at a time
 * }</pre>
 */
@NullMarked
package dev.postern.call;

import org.jspecify.annotations.NullMarked;
