/**
 * {@link dev.postern.opentelemetry.OpenTelemetryListener} makes spans and metrics of calls and attempts, by the GenAI conventions of
 * OpenTelemetry.
 */
@NullMarked
package dev.postern.opentelemetry;

import org.jspecify.annotations.NullMarked;
