/**
 * The meters of the server, in the text format of Prometheus. The number of time series is bounded, whatever names callers choose. It knows
 * nothing of HTTP servers.
 */
package dev.postern.server.metrics;
