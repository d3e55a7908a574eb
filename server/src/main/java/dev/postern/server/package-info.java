/**
 * The gateway as a server: one HTTP address for many backends, on the JDK's own HTTP server. {@code server/run}
 * starts it; {@link dev.postern.server.GatewayServerMain} is where to begin reading.
 *
 * <ul>
 *   <li>The HTTP layer knows no model: {@code GatewayServer}, {@code Router}, {@code Exchange}, {@code SseResponse},
 *       {@code BodyReader}, {@code Refusal}.
 *   <li>{@code Routes} says which path is whose. Each handler is one class: {@code CompletionHandler}, {@code
 *       StreamHandler}, {@code ModelsHandler}, {@code ProvidersHandler}, {@code HealthHandler}. For agents: {@code
 *       AgentSpecsHandler}, {@code ChatHandler}, {@code ChatStreamHandler}, {@code AgentSessionsHandler}, {@code
 *       AgentInsightHandler}; {@code AgentRuns} knows what goes on, {@code AgentJson} how all of it is written.
 *   <li>{@code Statuses} is the one place that makes an HTTP status of a failure, {@code Intake} the one place that makes
 *       a request of headers and body.
 * </ul>
 *
 * <p>It has no users and no keys of its own, so it listens on this machine alone unless it is told otherwise; to offer it
 * to others, put it behind a proxy that knows who they are.
 */
package dev.postern.server;
