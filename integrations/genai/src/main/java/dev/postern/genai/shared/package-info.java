/**
 * What the integrations with OpenTelemetry and Micrometer share in code. It is exported to them only. {@link
 * dev.postern.genai.shared.GenAiAgents} needs {@code postern-agents}, which is optional.
 */
@NullMarked
package dev.postern.genai.shared;

import org.jspecify.annotations.NullMarked;
