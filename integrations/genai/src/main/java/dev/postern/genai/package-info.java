/**
 * What traces and metrics say about a call by the GenAI conventions of OpenTelemetry: names, values, counts. It is the part that the
 * integrations with OpenTelemetry and Micrometer share. It writes nothing by itself.
 */
@NullMarked
package dev.postern.genai;

import org.jspecify.annotations.NullMarked;
