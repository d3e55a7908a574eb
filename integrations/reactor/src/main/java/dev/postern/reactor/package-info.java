/**
 * {@link dev.postern.reactor.ReactorLlm} has the calls of any provider as Flux and Mono, {@link dev.postern.reactor.ReactorAgent} the
 * runs of an agent. {@link dev.postern.reactor.ReactorContext} takes the context of the subscriber into calls, and from there to
 * tools and interceptors. Only the second one needs {@code postern-agents}.
 */
@NullMarked
package dev.postern.reactor;

import org.jspecify.annotations.NullMarked;
