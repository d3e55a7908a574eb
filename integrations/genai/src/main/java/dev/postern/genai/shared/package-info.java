/** What the integrations with OpenTelemetry and Micrometer share in code. It is exported to them only. */
@NullMarked
package dev.postern.genai.shared;

import org.jspecify.annotations.NullMarked;
