/**
 * {@link dev.postern.opentelemetry.OpenTelemetryListener} makes spans and metrics of calls and attempts, by the GenAI conventions of
 * OpenTelemetry; {@link dev.postern.opentelemetry.OpenTelemetryRunListener} those of agents and their tools. Only the latter needs {@code
 * postern-agents}.
 */
@NullMarked
package dev.postern.opentelemetry;

import org.jspecify.annotations.NullMarked;
