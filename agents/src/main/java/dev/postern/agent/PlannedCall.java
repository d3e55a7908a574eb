package dev.postern.agent;

import dev.postern.ToolCall;
import dev.postern.ToolResult;
import org.jspecify.annotations.Nullable;

/**
 * A call of the model and whether it runs.
 *
 * @param call the call
 * @param refusal the result if the call must not run, else null
 */
record PlannedCall(ToolCall call, @Nullable ToolResult refusal) {}
