package dev.postern.agent;

import dev.postern.ToolCall;
import dev.postern.ToolResult;
import org.jspecify.annotations.Nullable;

/**
 * A call that the model made.
 *
 * @param call the call
 * @param refusal what the model is told instead of a result, if the call must not run
 */
record PlannedCall(ToolCall call, @Nullable ToolResult refusal) {}
