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
 */
@NullMarked
package dev.postern.call;

import org.jspecify.annotations.NullMarked;
