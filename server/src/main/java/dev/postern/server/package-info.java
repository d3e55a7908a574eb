/**
 * The gateway as a server: one HTTP address for many backends. {@code server/run} starts {@link
 * dev.postern.server.GatewayServerMain}.
 *
 * <ul> <li>The package {@code http} is the HTTP layer, which does not use models. <li>{@code Routes} assigns handlers to paths. Each handler is
 * one class: {@code CompletionHandler}, {@code StreamHandler}, {@code ModelsHandler}, {@code ProvidersHandler}, {@code
 * HealthHandler}. For agents: {@code AgentSpecsHandler}, {@code ChatHandler}, {@code ChatStreamHandler}, {@code
 * AgentSessionsHandler}, {@code AgentInsightHandler}; {@code AgentRuns} has the active runs, {@code AgentJson} writes
 * results and events. <li>{@code RequestFactory} creates
 * requests from headers and body. </ul>
 *
 * <p>The server has no users and no keys, so by default it listens on this machine only. To make it available to
 * others, put it behind a proxy that authenticates them.
 */
package dev.postern.server;
