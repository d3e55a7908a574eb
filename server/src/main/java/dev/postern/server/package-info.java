/**
 * The gateway as a server: one HTTP address for many backends. {@code server/run} starts {@link
 * dev.postern.server.GatewayServerMain}.
 *
 * <ul> <li>The package {@code http} is the HTTP layer, which does not use models. <li>{@code Routes} assigns handlers to paths. Each handler is
 * one class: {@code CompletionHandler}, {@code StreamHandler}, {@code ModelsHandler}, {@code ProvidersHandler}, {@code
 * HealthHandler}. For agents: {@code AgentSpecsHandler}, {@code ChatHandler}, {@code ChatStreamHandler}, {@code
 * AgentSessionsHandler}, {@code AgentInsightHandler}; {@code AgentRuns} has the active runs, {@code AgentReplays} those to which
 * clients can come back, {@code AgentJson} writes results and events. <li>{@code Observability} joins access log, metrics and the page for
 * operators. <li>{@code RequestFactory} creates
 * requests from headers and body. </ul>
 *
 * <p>{@code KeyCheck} asks the package {@code access} who may use the server. Without keys it listens on this machine only.
 */
package dev.postern.server;
